"""What is known about a request, each fact with the menu that changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from portico import links
from portico.actor import Actor
from portico.drawing import Drawing, Word
from portico.templatetags.portico import face, icon, status, when
from tenant_apps.desk.inbox.frame import Frame, Person
from tenant_apps.desk.inbox.thread import Relation
from tenant_apps.tickets import priority
from tenant_apps.tickets.workflow import Status

_PICK, _CHOICES, _STEPS = Drawing("inbox/_pick.html"), Drawing("inbox/_choices.html"), Drawing("inbox/_steps.html")
_COLLEAGUE, _EARLIER = Drawing("inbox/_colleague.html"), Drawing("inbox/_earlier.html")
_TAG, _RATED = Drawing("inbox/_tag.html"), Drawing("inbox/_rated.html")
_NONE = ("", "None", False)

Choice = tuple[str, str, bool]  # value, label, and whether it is the one now


@dataclass(frozen=True, slots=True)
class Form:
    """Where changes of one request go, with the proof that the form is ours."""

    address: str
    csrf_token: str

    def pick(self, id: str, now: str, do: str, choices: str, **more: str) -> SafeString:
        """A fact as it is `now`, with the menu of others. Further words: title, key, name."""
        given = {"title": f"Change the {id}", "key": "", "name": "", "was": ""} | more
        return _PICK(
            id=id,
            now=now,
            do=do,
            choices=choices,
            key_word=given["key"].upper(),
            has_before="was" in more,
            do_address=self.address,
            csrf_token=self.csrf_token,
            **given,
        )


def drawn(ticket: Any, frame: Frame, steps: tuple[Status, ...], form: Form, *, works: bool) -> dict[str, str | None]:
    """Each fact by its name; without a menu for who cannot change it."""
    return {
        "status": _status(ticket, steps if works else (), form),
        "team": _team(ticket, frame, form),
        "department": _department(ticket, frame, form if works else None),
        "urgency": _axis("urgency", ticket.urgency, icon("bolt", "s"), form if works else None, key="p"),
        "importance": _axis("importance", ticket.importance, icon("target", "s"), form if works else None),
        "type": _type(ticket, frame, form if works else None),
        "tags": _tags(ticket, form, works=works),
        "rating": _rating(ticket),
    }


def colleagues(people: Iterable[Person], actor: Actor, *, but: Iterable[UUID | None], loads: bool) -> SafeString:
    """Everybody who answers here `but` these, to choose from; with `loads`, how much each has."""
    away = set(but)
    return SafeString(
        "".join(
            _COLLEAGUE(
                key=one.id,
                name=one.name,
                face=face(one.name, size="xs"),
                is_me=one.id == actor.id,
                open_ones=", ".join(filter(None, [one.away, f"{one.load} open" if loads else ""])),
            )
            for one in people
            if one.id not in away
        )
    )


def earlier(related: Iterable[Relation]) -> list[SafeString]:
    """What this requester asked before."""
    return [
        _EARLIER(
            address=links.to("desk:inbox:conversation", one.pk),
            subject=one.subject,
            status=status(one.step, only_mark=True),
        )
        for one in related
        if one.how == "earlier"
    ]


def _status(ticket: Any, steps: tuple[Status, ...], form: Form) -> SafeString:
    now = status(ticket.workflow_status)
    return form.pick("status", now, "status", _STEPS(steps=steps), key="s", was=ticket.status) if steps else now


def _team(ticket: Any, frame: Frame, form: Form) -> SafeString | None:
    if not frame.teams:
        return None
    choices = (_NONE, *((str(key), name, False) for key, name in frame.teams.items()))
    return form.pick("team", frame.teams.get(ticket.team_id) or "None", "team", _CHOICES(choices=choices))


def _department(ticket: Any, frame: Frame, form: Form | None) -> str:
    now = frame.departments.get(ticket.department) or "None"
    choices = (_NONE, *((key, name, False) for key, name in frame.on_offer.items()))
    return form.pick("department", now, "set", _CHOICES(choices=choices), name="department") if form else now


def _axis(name: str, now: str, symbol: SafeString, form: Form | None, *, key: str = "") -> SafeString:
    choices = tuple((level, level.capitalize(), level == now) for level in priority.LEVELS)
    said = SafeString(symbol + now.capitalize())  # one of `LEVELS`
    return form.pick(name, said, "set", _CHOICES(choices=choices), name=name, key=key) if form else said


def _tags(ticket: Any, form: Form, *, works: bool) -> SafeString:
    given = {"works": works, "do_address": form.address, "csrf_token": form.csrf_token}
    return SafeString("".join(_TAG(tag=one, **given) for one in ticket.tags))


def _rating(ticket: Any) -> SafeString | None:
    """How it went, as whoever asked says."""
    if not ticket.rating:
        return None
    return _RATED(rating=Word(ticket.rating), at=when(ticket.rated_at), comment=ticket.rating_comment)


def _type(ticket: Any, frame: Frame, form: Form | None) -> str:
    choices = tuple((one.key, one.label, one.key == ticket.type) for one in frame.types)
    now = ticket.kind.label
    return form.pick("type", now, "set", _CHOICES(choices=choices), name="type") if form else now
