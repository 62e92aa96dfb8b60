"""The drawing beside the sentence of an event (`icons.svg`)."""

from tenant_apps.journal.models import Event

_CHANGED = {
    "sla_due_at": "clock",
    "urgency": "bolt",
    "importance": "target",
    "tags": "tag",
    "type": "stack",
    "department": "people",
}
# How each rating is drawn.
FACES, TONES = {"good": "smile", "bad": "frown"}, {"good": "green", "bad": "red"}
ICONS: dict[str, str] = {
    "ticket.create": "plus",
    "ticket.message.create": "chat",
    "ticket.status.update": "flow",
    "ticket.assign": "user",
    "ticket.escalate": "up",
    "ticket.macro": "bolt",
    "ticket.link": "link",
    "ticket.unlink": "link",
    "ticket.merge": "merge",
    "ticket.merged_in": "merge",
    "ticket.unmerge": "merge",
    "ticket.unmerged": "merge",
    "ticket.parent": "link",
    "ticket.incident": "alert",
    "ticket.incident.link": "flag",
    "ticket.incident.unlink": "flag",
    "incident.create": "flag",
    "incident.update": "flag",
    "incident.lead": "user",
    "incident.note": "book",
    "incident.say": "chat",
    "incident.solve": "check",
    "incident.reopen": "alert",
    "incident.link": "link",
    "incident.unlink": "link",
    **dict.fromkeys(("ticket.mail.note", "ticket.mail.move", "mail.hold", "mail.release", "mail.replay"), "mail"),
    **dict.fromkeys(("mail.ask", "mail.confirm"), "mail"),
    "ticket.snooze": "clock",
    "ticket.wake": "clock",
    "ticket.team": "people",
    "ticket.watch": "eye",
    "ticket.requester": "user",
    "ticket.delete": "close",
    "ticket.bring_back": "back",
    "key.create": "lock",
    "key.rotate": "refresh",
    "key.revoke": "close",
    **dict.fromkeys(("domain.add", "domain.lead"), "link"),
    **dict.fromkeys(("domain.prove", "domain.mend"), "check"),
    **dict.fromkeys(("domain.break", "domain.lose"), "alert"),
    "domain.remove": "close",
    "terms.accept": "check",
    **{
        f"connection.{verb}": "door"
        for verb in ("create", "update", "switch", "enforce", "try", "groups", "refresh", "remove")
    },
    **{f"sso.{verb}": "link" for verb in ("join", "link", "unlink", "release", "role.full")},
    **{f"directory.{verb}": "people" for verb in ("create", "update")},
    "account.password": "lock",
    "account.address": "mail",
    "account.codes": "refresh",
    **dict.fromkeys(("account.factor.add", "account.factor.remove", "account.factor.reset"), "shield"),
    "session.end_others": "out",
    **dict.fromkeys(("app.create", "app.update"), "plus"),
    "app.rotate": "refresh",
    "app.authorize": "check",
    **dict.fromkeys(("app.end", "app.revoke"), "close"),
    "session.begin": "user",
    "session.end": "out",
    "session.refused": "alert",
    **dict.fromkeys(("visit.ask", "visit.begin", "visit.end"), "eye"),
    "visit.allow": "check",
    "visit.decline": "close",
    "visit.consent": "shield",
    "audit.export": "file",
    "company.created": "door",
    "company.suspended": "pause",
    "company.resumed": "check",
    "company.archived": "stack",
    "company.exported": "file",
    "company.erasure.planned": "alert",
    "company.tier.update": "star",
    "company.white_label.update": "door",
    **dict.fromkeys(("company.plan.update", "company.billing.update"), "card"),
    **{f"billing.{verb}": "card" for verb in ("checkout", "portal", "change", "cancel", "return", "doubled")},
    "company.agents.update": "people",
    "company.note.create": "book",
    "company.note.update": "book",
    "company.note.delete": "book",
    "company.note.bring_back": "book",
    "ticket.export.begin": "file",
    "ticket.export": "file",
    "attachment.download": "file",
}


def icon(event: Event) -> str:
    """Its name in `icons.svg`."""
    if event.verb == "ticket.change":
        return next((_CHANGED[one[0]] for one in event.facts["changes"] if one[0] in _CHANGED), "flow")
    if event.verb == "ticket.rate":
        return FACES[event.facts["rating"]]
    return ICONS.get(event.verb, "info")
