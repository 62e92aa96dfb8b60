"""Events in sentences, made when they are read: wording can improve without touching what is stored."""

from collections.abc import Callable
from copy import copy
from datetime import datetime

from django.utils import timezone

from tenant_apps.journal import of_company, of_people, passed
from tenant_apps.journal.models import Event
from tenant_apps.sso import words as of_signing_in
from tenant_apps.tickets import catalogue, kinds, workflow

STAFF, CUSTOMER = "staff", "customer"


def words(event: Event, *, audience: str = STAFF, kind: kinds.Kind | None = None) -> str:
    """What happened, for the timeline. Staff and customers have their own names for statuses; a type has its own."""
    if event.acting_for:
        event = copy(event)
        event.actor_label, event.acting_for = f"{event.actor_label} as {event.acting_for}", ""
    if event.verb == "ticket.status.update":
        return _moved(event, audience, kind)
    say = SENTENCES.get(event.verb)
    return say(event, audience) if say else f"{event.actor_label}: {event.verb}"


def _opened(event: Event, audience: str) -> str:
    number, subject = event.facts["number"], event.facts["subject"]
    if event.facts.get("desk") == "company":
        return f"{event.actor_label} opened {number}"
    return f"{event.actor_label} opened {number} about {catalogue.label_of(subject)}"


def _replied(event: Event, audience: str) -> str:
    return f"{event.actor_label} replied"


def _moved(event: Event, audience: str, kind: kinds.Kind | None = None) -> str:
    named = event.facts.get("labels")
    if named:
        before, after = (one[0] if audience == STAFF else one[1] for one in named)
    else:
        before, after = (status_name(event.facts[end], audience, kind) for end in ("from", "to"))
    cause = event.facts.get("cause")
    if cause == "reply":
        return f"The reply of {event.actor_label} moved this from {before} to {after}"
    if cause == "incident":
        return f"Resolved via incident {event.facts['incident']}: from {before} to {after}"
    if cause == "undo" and event.actor_kind == "system":
        return f"The incident is not over: back from {before} to {after}"
    if cause == "silence":
        days = event.facts["days"]
        return f"Closed by itself after {days} day{'' if days == 1 else 's'} without a word: from {before} to {after}"
    return f"{event.actor_label} moved this from {before} to {after}"


def _changed(event: Event, audience: str) -> str:
    parts = [_change(*one) for one in event.facts["changes"]]
    gone = ", ".join(f"“{name}”" for name in event.facts.get("dropped", ()))
    more = f"; what stood in {gone} went with that" if gone else ""
    return f"{event.actor_label} changed {', '.join(parts)}{more}"


def _change(name: str, before: object, after: object) -> str:
    label = _LABELS.get(name, name.replace("_", " "))
    if name == "sla_due_at":
        return f"{label} to {_moment(after)}" if after else f"{label} from {_moment(before)} to none"
    if name in _SPOKEN:
        return f"{label} from {before or 'none'} to {after or 'none'}"
    if name == "tags":
        old, new = (set(one) if isinstance(one, list) else set() for one in (before, after))
        return "tags " + ", ".join([f"+{one}" for one in sorted(new - old)] + [f"−{one}" for one in sorted(old - new)])
    return label


def _moment(text: object) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(str(text))):%-d %b %Y, %H:%M}"


def _linked(event: Event, audience: str) -> str:
    return f"{event.actor_label} linked this: {event.facts['kind']} {event.facts['other']}"


def _set(event: Event, audience: str) -> str:
    part = event.facts.get("part") or ""
    known = event.facts["after"].get(part) or event.facts["before"].get(part) if part else None
    of = f": {known['label']}" if known else f": {part.replace('_', ' ')}" if part else ""
    return f"{event.actor_label} changed {_PARTS.get(event.facts['key'], event.facts['key'])}{of}"


def _rated(event: Event, audience: str) -> str:
    facts = event.facts
    again = " now" if facts["before"] and facts["before"] != facts["rating"] else ""
    why = f": “{facts['comment']}”" if facts.get("comment") else ""
    return f"{event.actor_label} rated this {_RATINGS[facts['rating']]}{again}{why}"


def _visited(event: Event, audience: str) -> str:
    facts = event.facts
    minutes = max(1, round(facts["seconds"] / 60))
    span = f"{minutes} minute{'' if minutes == 1 else 's'}"
    did = "acted" if facts["mode"] == "act" else "looked"
    return f"{facts['staff']} {did} as {facts['person']} for {span}"


def _subject_changed(event: Event, audience: str) -> str:
    before, after = event.facts["before"], event.facts["after"]
    if before["label"] != after["label"]:
        return f"{event.actor_label} renamed the subject {before['label']} to {after['label']}"
    return f"{event.actor_label} {'brought back' if after['is_active'] else 'retired'} the subject {after['label']}"


def _says(pattern: str) -> Callable[[Event, str], str]:
    """A sentence with the actor's name and facts in it."""
    return lambda event, audience: pattern.format(who=event.actor_label, **event.facts)


def _either(fact: str, yes: str, no: str) -> Callable[[Event, str], str]:
    """One sentence when the fact has a value, another when it has none."""
    return lambda event, audience: (yes if event.facts.get(fact) else no).format(who=event.actor_label, **event.facts)


def _noted(pattern: str) -> Callable[[Event, str], str]:
    """About the company, or about one of its requests."""
    return lambda event, audience: pattern.format(who=event.actor_label, it=event.facts.get("number") or "the company")


def status_name(key: str, audience: str, kind: kinds.Kind | None = None) -> str:
    """How a status is called: by the ticket's type when it is given, else by the presets."""
    status = kind.by_key.get(key) if kind else _statuses().get(key)
    if status is None:
        return key.replace("_", " ")
    return status.label if audience == STAFF else status.customer_label


def _statuses() -> dict[str, workflow.Status]:
    return {status.key: status for kind in kinds.PRESETS.values() for status in kind.statuses} | workflow.BY_KEY


_LABELS = {
    "cc": "who gets a copy",
    "fields": "details",
    "minutes_spent": "the time spent",
    "order_reference": "the order",
    "sla_due_at": "the due date",
}
_PARTS = {
    "types": "the types of requests",
    "default_type": "the type of new requests",
    "type_order": "the order of types",
    "departments": "the departments",
    "number_format": "the form of numbers",
    "attachments": "the rules for files",
    "assignment": "how requests are distributed",
    "expected_reply_hours": "the expected reply time",
    "auto_close_days": "when solved requests close by themselves",
    "ask_rating": "whether people are asked how it went",
    "telemetry": "what desktop apps share",
    "brand": "how the company shows itself",
    "mail": "the rules for mail that comes in",
    "letters": "the words of mails",
    "letter_language": "the language of mails",
    "api_origins": "which websites may call the API",
    "start": "the first steps",
}
_RATINGS = {"good": "good", "bad": "not good"}
_CHANNELS = {"create": "set up", "update": "changed", "end": "ended", "begin": "began again"}
_AUTOMATIC = {"bounce": "A report that a mail did not arrive", "auto_reply": "An automatic answer"}
_SPOKEN = frozenset({"urgency", "importance", "department", "type", "subject"})


SENTENCES: dict[str, Callable[[Event, str], str]] = {
    **{verb: _says(pattern) for verb, pattern in (of_people.SENTENCES | of_company.SENTENCES).items()},
    "ticket.create": _opened,
    "ticket.message.create": _replied,
    "ticket.status.update": _moved,
    "ticket.assign": lambda event, audience: passed.assigned(event, is_staff=audience == STAFF),
    "ticket.escalate": lambda event, audience: passed.escalated(event, is_staff=audience == STAFF),
    "ticket.importance.update": _says("{who} changed importance from {from} to {to}"),
    "ticket.rate": _rated,
    "ticket.change": _changed,
    "ticket.link": _linked,
    "ticket.unlink": _says("{who} took away the link: {kind} {other}"),
    "ticket.merge": _says("{who} merged this into {into}"),
    "ticket.merged_in": _says("{who} merged {other} into this"),
    "ticket.unmerge": _says("{who} took this out of {into} again"),
    "ticket.unmerged": _says("{who} took {other} out of this again"),
    "ticket.split": _says("{who} made {other} out of a message"),
    "ticket.message.edit": _says("{who} changed a message"),
    "ticket.message.react": _says("{who} put {sign} on a message"),
    "ticket.mail.again": lambda event, audience: (
        f"{event.actor_label} let the mail to {', '.join(event.facts['to'])} leave once more"
    ),
    "ticket.mail.lost": _says("The mail to {to} was lost. {why}"),
    "ticket.message.taken_back": _says("{who} took back a reply before it was sent"),
    "ticket.parent": _either("parent", "{who} put this under {parent}", "{who} took this from under another"),
    "ticket.incident": _either("is_incident", "{who} made this an incident", "{who} made this no incident any more"),
    "ticket.incident.link": _says("{who} made this part of an incident: {incident}"),
    "ticket.incident.unlink": _says("{who} took this out of the incident"),
    "ticket.incident.pass": _says("The incident went on, and this had moved on already"),
    "ticket.pin": _either("is_pinned", "{who} pinned this", "{who} unpinned this"),
    "ticket.snooze": _either("until", "{who} lets this rest for a while", "{who} lets this rest until somebody writes"),
    "ticket.wake": _says("{who} woke this up"),
    "ticket.team": _either("team_id", "{who} gave this to {team_name}", "{who} took this from its team"),
    "ticket.watch": _either("is_watching", "{who} changed who follows this", "{who} changed who follows this"),
    "ticket.carried_in": _says("{who} brought this along from {company}, where it was {before}"),
    "ticket.carried_out": _says("{who} took {number} along to {company}"),
    "ticket.requester": _says("{name} has an account now, and this stands in their portal"),
    "ticket.delete": _says("{who} deleted this"),
    "ticket.bring_back": _says("{who} brought this back"),
    "ticket.erase": _says("{number} was erased for good"),
    "attachment.download": _says("{who} downloaded {name}"),
    "ticket.macro": _says("{who} used “{name}”"),
    "settings.update": _set,
    "recipe.create": _says("{who} made the {kind} “{name}”"),
    "recipe.update": _says("{who} changed the {kind} “{name}”"),
    "person.notices.update": _says("{who} changed which mails {name} gets"),
    "person.notices.stop": _says("{name} gets no more mails of the kind “{label}”, by the link in one"),
    "mail.sender.update": _either("address", "{who} set {address} as the sender", "{who} changed how mail is sent"),
    "attachment.add": _says("{who} added a file"),
    "attachment.quarantine": _says("The file {name} was locked away: {found}"),
    "key.create": _either("role", "{who} made the key “{name}” of the company", "{who} made the key “{name}”"),
    "key.rotate": _says("{who} changed the secret of the key “{name}”"),
    "key.revoke": _either("of", "{who} ended the key “{name}” of {of}", "{who} ended the key “{name}”"),
    "domain.lead": _either(
        "domain", "{who} made {domain} the address of the desk", "{who} made the subdomain the address of the desk"
    ),
    "terms.accept": _says("{who} accepted the terms {version}"),
    **{verb: _says(pattern) for verb, pattern in of_signing_in.SENTENCES.items()},
    "session.end_others": _says("{who} signed out everywhere else"),
    "app.create": _says("{who} added the app “{name}” of a partner"),
    "app.update": _says("{who} changed the app “{name}”"),
    "app.rotate": _says("{who} changed the secret of the app “{name}”"),
    "app.end": _says("{who} ended the app “{name}” for everybody"),
    "app.authorize": _says("{who} let the app “{name}” act for them"),
    "app.revoke": _either(
        "why",
        "“{name}” no longer acts for {of}: something that works once came twice",
        "“{name}” no longer acts for {of}",
    ),
    "session.begin": _says("{who} signed in"),
    "session.end": _says("{who} signed out"),
    "session.refused": _either("name", "Somebody was not let in as {name}", "Somebody unknown was not let in"),
    "view.create": _either("is_shared", "{who} kept the view “{name}” for all staff", "{who} kept the view “{name}”"),
    "view.delete": _says("{who} took the view “{name}” away"),
    "ticket.subject": lambda event, audience: (
        f"This is about {catalogue.label_of(event.facts['to'])} now, which {catalogue.label_of(event.facts['from'])} "
        "became part of"
    ),
    "team.coverage.update": _says("{who} changed what somebody covers"),
    "team.invite": _says("{who} invited {email} to the team"),
    "team.invitation.revoke": _says("{who} took back the invitation of {email}"),
    "team.join": _says("{name} joined the team"),
    "team.role.update": _says("{who} changed the role of {name}"),
    "team.skills.update": _says("{who} changed what {name} is good at"),
    "team.suspend": _says("{who} suspended {name}"),
    "team.resume": _says("{who} brought {name} back"),
    "subject.update": _subject_changed,
    "visit.end": _visited,
    "company.white_label.update": _either(
        "is_on", "{who} took Portico’s name off the company’s pages", "{who} put Portico’s name on the company’s pages"
    ),
    "company.note.create": _noted("{who} wrote a note about {it}"),
    "company.note.update": _noted("{who} changed a note about {it}"),
    "company.note.delete": _noted("{who} deleted a note about {it}"),
    "company.note.bring_back": _noted("{who} brought a note about {it} back"),
    "audit.seal": _says("The platform’s audit is sealed up to number {number}"),
    "journal.seal": _says("The company’s journal is sealed up to number {number}"),
    "telemetry.choose": _either("share", "{who} lets their app share", "{who} keeps their app from sharing"),
    "audit.export": _either("of", "{who} exported {of} as {form}", "{who} exported the audit as {form}"),
    "ticket.mail.note": lambda event, audience: (
        f"{_AUTOMATIC[event.facts['why']]} from {event.facts['sender']} came in"
    ),
    "ticket.mail.move": _either("into", "{who} moved a mail to {into}", "{who} made a request of its own of a mail"),
    "ticket.message.put_away": _says("{who} put a message away"),
    "ticket.message.put_back": _says("{who} put a message back"),
    **{f"channel.{verb}": _says(f"{{who}} {words} the mail channel {{name}}") for verb, words in _CHANNELS.items()},
    "ticket.export.begin": _says("{who} asked for a list of requests as {form}"),
    "ticket.export": _either(
        "is_whole",
        "{who} exported a list of requests as {form}: {rows} in all",
        "The export of {who} as {form} broke off after {rows} requests",
    ),
}
# What a timeline leaves out: messages stand there themselves, and some events are for the audit alone.
UNSAID = frozenset({"ticket.create", "ticket.message.create", "ticket.message.react"})
UNSAID |= {"attachment.add", "attachment.download", "ticket.incident.pass"}
# What customers are told of: where their request stands and who has it, never how agents work.
FOR_CUSTOMERS = frozenset({"ticket.create", "ticket.message.create", "ticket.status.update", "ticket.assign"})
