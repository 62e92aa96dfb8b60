"""What is done with an incident itself. In the platform's scope; each is audited, without the words.

All of them hold the incident's row first, then what companies may know of it: two at once queue, and a ticket that is
linked while something is told hears it exactly once. What the tickets hear is worked off afterwards, company by company
(`shared_apps.console.incidents.spreading`).
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.database import CompanyRef
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.incidents import access
from shared_apps.incidents.models import (
    HEADLINE_LENGTH,
    OPEN,
    SHOWN_AFTER,
    TITLE_LENGTH,
    WORDS_LENGTH,
    Affected,
    Entry,
    Incident,
    State,
)

Kind = Entry.Kind


@transaction.atomic
def open_incident(headline: str, title: str, subject: str, words: str = "", *, by: Actor) -> Incident:
    """Begin one. No company is affected yet; `words` are what each reads as soon as it is."""
    access.require(by, "open")
    said = {"headline": _line("headline", headline, HEADLINE_LENGTH), "title": _line("title", title, TITLE_LENGTH)}
    words = _text("words", words, WORDS_LENGTH, required=False)
    incident = Incident(subject=subject, lead_id=_person(by), lead_name=by.label, **said)
    if words:
        incident.words, incident.said_at, incident.turn = words, clock.now(), 1
    incident.save(force_insert=True)
    _note(incident, Kind.OPENED, by, words=words)
    record("incident.create", incident, by=by, number=incident.number, headline=incident.headline)
    return incident


@transaction.atomic
def change(
    incident: Incident, *, by: Actor, headline: str, title: str, subject: str, seen: int | None = None
) -> Incident:
    """Call it otherwise, for staff and for companies. What tickets were told under the old title stays told."""
    incident = lock(incident, by, "lead", seen)
    said = {"headline": _line("headline", headline, HEADLINE_LENGTH), "title": _line("title", title, TITLE_LENGTH)}
    said["subject"] = subject
    before = {name: getattr(incident, name) for name in said}
    if before == said:
        return incident
    for name, value in said.items():
        setattr(incident, name, value)
    _keep(incident)
    incident.affected.update(title=incident.title)
    _note(incident, Kind.CHANGED, by, words=incident.headline)
    record("incident.update", incident, by=by, number=incident.number, before=before, after=said)
    return incident


@transaction.atomic
def take_lead(incident: Incident, *, by: Actor) -> Incident:
    """Be the one whom colleagues ask about it."""
    incident = lock(incident, by, "lead")
    if incident.lead_id != by.id:
        incident.lead_id, incident.lead_name = _person(by), by.label
        _keep(incident)
        record("incident.lead", incident, by=by, number=incident.number)
    return incident


@transaction.atomic
def write_note(incident: Incident, words: str, *, by: Actor) -> Entry:
    """Note something for colleagues; no company reads it."""
    words = _text("words", words, WORDS_LENGTH)
    incident = lock(incident, by, "note")
    entry = _note(incident, Kind.NOTE, by, words=words)
    record("incident.note", incident, by=by, number=incident.number)
    return entry


@transaction.atomic
def say(incident: Incident, state: str, words: str, *, by: Actor, seen: int | None = None) -> Incident:
    """Tell every affected company how it stands."""
    words = _text("words", words, WORDS_LENGTH)
    if state not in OPEN:
        raise Invalid({"state": [f"Please choose one of: {', '.join(OPEN)}."]})
    incident = lock(incident, by, "lead", seen)
    require_open(incident)
    return _tell(incident, Kind.TOLD, state, words, by)


@transaction.atomic
def solve(incident: Incident, words: str, *, by: Actor, seen: int | None = None) -> Incident:
    """It is over, and with it every ticket that still waits for that."""
    words = _text("words", words, WORDS_LENGTH)
    incident = lock(incident, by, "lead", seen)
    if not incident.is_open:
        return incident
    incident.solved_at = clock.now()
    return _tell(incident, Kind.SOLVED, State.RESOLVED, words, by, ends_at=incident.solved_at + SHOWN_AFTER)


@transaction.atomic
def reopen(incident: Incident, words: str, *, by: Actor, seen: int | None = None) -> Incident:
    """It was not over: what was solved with it stands again where it stood, unless something became of it meanwhile."""
    words = _text("words", words, WORDS_LENGTH)
    incident = lock(incident, by, "lead", seen)
    if incident.is_open:
        return incident
    incident.solved_at = None
    return _tell(incident, Kind.REOPENED, State.INVESTIGATING, words, by)


@transaction.atomic
def affect(incident: Incident, company: CompanyRef, ticket: Any, *, by: Actor) -> Affected:
    """The company of this ticket may know of it from now on; `ticket` has pk, number and index_id."""
    incident = lock(incident, by, "link")
    require_open(incident)
    Affected.objects.filter(incident=incident, company_id=company.id).exclude(generation=company.generation).delete()
    told = {"turn": incident.turn, "kind": Kind.TOLD, "state": incident.state, "words": incident.words}
    affected, _ = Affected.objects.get_or_create(
        incident=incident,
        company_id=company.id,
        defaults={
            "schema": company.schema,
            "generation": company.generation,
            "title": incident.title,
            "state": incident.state,
            "words": incident.words,
            "said_at": clock.now(),
            "turn": incident.turn,
            "story": [told] if incident.words else [],
            "ticket_id": ticket.pk,
            "number": ticket.number,
        },
    )
    _note(incident, Kind.LINKED, by, company_id=company.id, row_id=ticket.index_id)
    record("incident.link", incident, by=by, number=incident.number, row=ticket.index_id)
    return affected


@transaction.atomic
def release(incident_id: int, company: CompanyRef, ticket: Any, others: Any, *, by: Actor) -> None:
    """A ticket left it; `others` of its company that are still in it, the first of them as (id, number), or None."""
    incident = lock(Incident(pk=incident_id), by, "link")
    mine = Affected.objects.filter(incident=incident, company_id=company.id)
    if others is None:
        mine.delete()
    else:
        mine.filter(ticket_id=ticket.pk).update(ticket_id=others[0], number=others[1])
    _note(incident, Kind.UNLINKED, by, company_id=company.id, row_id=ticket.index_id)
    record("incident.unlink", incident, by=by, number=incident.number, row=ticket.index_id)


def lock(incident: Incident, by: Actor, verb: str, seen: int | None = None) -> Incident:
    """The incident as it is now, held until commit; Refused when somebody was faster than the page this comes from."""
    access.require(by, verb)
    found = Incident.objects.select_for_update(no_key=True).filter(pk=incident.pk).first()
    if found is None:
        raise Missing
    if seen is not None and seen != found.version:
        raise Refused("changed_meanwhile", "Somebody went on with this meanwhile. Please look at it again.")
    return found


def require_open(incident: Incident) -> None:
    """Refused for what is over."""
    if not incident.is_open:
        raise Refused("incident_over", f"{incident.number} is resolved. Reopen it first.")


def _tell(incident: Incident, kind: Kind, state: str, words: str, by: Actor, **more: Any) -> Incident:
    incident.state, incident.words, incident.said_at = state, words, clock.now()
    incident.turn += 1
    _keep(incident)
    told = {"turn": incident.turn, "kind": kind.value, "state": state, "words": words}
    said = {"state": state, "words": words, "said_at": incident.said_at, "turn": incident.turn, "ends_at": None} | more
    affected = list(incident.affected.select_for_update(no_key=True).order_by("pk"))
    for one in affected:
        one.story = [*one.story, told]
    Affected.objects.bulk_update(affected, ["story"])
    incident.affected.update(**said)
    _note(incident, kind, by, words=words)
    verb = {Kind.SOLVED: "incident.solve", Kind.REOPENED: "incident.reopen"}.get(kind, "incident.say")
    record(verb, incident, by=by, number=incident.number, state=state, turn=incident.turn)
    return incident


def _keep(incident: Incident) -> None:
    incident.version += 1
    incident.save(force_update=True)


def _note(incident: Incident, kind: Kind, by: Actor, *, words: str = "", **more: Any) -> Entry:
    entry = Entry(incident=incident, kind=kind, author_name=by.label, state=incident.state, words=words, **more)
    entry.save(force_insert=True)
    return entry


def _person(by: Actor) -> UUID:
    assert by.id is not None  # noqa: S101 (whoever may lead has an account)
    return by.id


def _line(field: str, text: str, limit: int) -> str:
    return _text(field, " ".join(text.split()), limit)


def _text(field: str, text: str, limit: int, *, required: bool = True) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text and required:
        raise Invalid({field: ["Please write something."]})
    if len(text) > limit:
        raise Invalid({field: [f"Please use at most {limit:,} characters."]})
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid({field: ["This has a character that cannot be kept. Please remove it."]})
    return text
