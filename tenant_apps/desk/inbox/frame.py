"""What every page of the inbox stands on: types, departments, agents, teams and counters, in three statements.

The first two tell who and what there is (`asking`, `standing`), the third how many stand where (`counting`, `counted`):
a page sends each along with what else it has to ask by then.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import JSONField, QuerySet, Value
from django.db.models.functions import JSONObject

from portico.actor import Actor
from portico.database.kept import Asking, Kept, together
from tenant_apps.desk.inbox import mentions
from tenant_apps.mailroom import counting as mails
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, distribution, kinds, settings, tally
from tenant_apps.tickets.kinds import Kind

_TEAM = "team"
_SET_UP = ("types", "default_type", "type_order", "departments", "number_format")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers here; `load` is how many open requests are theirs."""

    id: UUID
    name: str
    load: int = 0
    away: str = ""  # in words, while they are


@dataclass(frozen=True, slots=True)
class Frame:
    """The company's desk as this actor works at it."""

    kinds: kinds.Kinds
    departments: dict[str, str]  # retired ones too, which old requests still name
    on_offer: dict[str, str]
    number_format: str
    people: dict[UUID, Person]
    teams: dict[UUID, str]
    numbers: dict[str, int]
    may_assign: bool  # to others

    @property
    def types(self) -> list[Kind]:
        """The types on offer, for templates: they would ask `kinds` for one named "on_offer"."""
        return self.kinds.on_offer()

    def steps_of(self, category: str) -> list[str]:
        """The keys of every status of a category, over all types."""
        return _steps(self.kinds, category)


def load(actor: Actor) -> Frame:
    """Everything that the panes beside a conversation need."""
    frame = standing(actor, *together(*asking()))
    return counted(frame, actor, *together(counting(frame, actor)))


def asking() -> tuple[Asking, Asking]:
    """The statements for `standing`."""
    return settings.asking(*_SET_UP), _PEOPLE.asking()


def standing(actor: Actor, set_up: list[Any], who: list[Any]) -> Frame:
    """The frame out of what `asking` found, before anything is counted."""
    said = settings.values_of(_SET_UP, set_up)
    agents, teams = _who(who)
    return Frame(
        kinds=kinds.build(said["types"], said["default_type"], said["type_order"]),
        departments=settings.names_of(said["departments"], retired=True),
        on_offer=settings.names_of(said["departments"]),
        number_format=said["number_format"],
        people={key: Person(key, name, away=away) for key, (name, away) in agents.items()},
        teams=teams,
        numbers={},
        may_assign=access.may(actor, "assign_others", access.COMPANY_DESK),
    )


def counting(frame: Frame, actor: Actor) -> Asking:
    """The statement for `counted`."""
    return tally.asking(_counters(frame, actor), _looked_up(actor))


def counted(frame: Frame, actor: Actor, rows: list[Any]) -> Frame:
    """The frame with the numbers that `counting` found."""
    numbers = tally.numbers_of(_counters(frame, actor), rows)
    people = {key: replace(one, load=numbers[f"mine:{key}"]) for key, one in frame.people.items()}
    return replace(frame, numbers=numbers, people=people)


def _looked_up(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """What nobody keeps count of, for it is few or looked up no further than it is said."""
    mentioned, values = mentions.number(actor)
    if actor.role not in access.MANAGERS:
        return mentioned, values
    held, more = mails.held()
    return f"{mentioned} UNION ALL {held}", (*values, *more)


def _counters(frame: Frame, actor: Actor) -> list[str]:
    keys = {f"mine:{one}" for one in frame.people} | {f"mine:{actor.id}", "unassigned"}
    keys |= {f"team:{one}" for one in frame.teams}
    if access.may(actor, "work_on_all", access.COMPANY_DESK):
        keys |= {"open", "unread", "snoozed", "incidents", "pinned", "rated:bad"}
        keys |= {f"department:{one}" for one in frame.departments}
        keys |= {f"status:{one}" for one in frame.steps_of("waiting")}
    return sorted(keys)


def _steps(known: kinds.Kinds, category: str) -> list[str]:
    steps = {
        one.key for kind in known.values() if not kind.is_fixed for one in kind.statuses if one.category == category
    }
    return sorted(steps)


def _who(found: list[Any]) -> tuple[dict[UUID, tuple[str, str]], dict[UUID, str]]:
    """Agents, with whether they are away, and teams by name."""
    rows = sorted(found, key=lambda row: (row[1].casefold(), str(row[0])))
    agents = {key: (name, distribution.away(said)) for key, name, role, said in rows if role != _TEAM}
    return agents, {key: name for key, name, role, _ in rows if role == _TEAM}


def _people() -> QuerySet[Any]:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    accounts = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    said = JSONObject(**{part: f"profile__{part}" for part in ("away", "out", "zone")})
    people: QuerySet[Any] = accounts.order_by().values_list("pk", "name", "role", said)
    none = Value({}, output_field=JSONField())
    return people.union(Team.objects.filter(is_active=True).values_list("pk", "name", Value(_TEAM), none), all=True)


_PEOPLE = Kept(_people)
