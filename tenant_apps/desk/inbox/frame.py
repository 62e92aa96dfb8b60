"""What every page of the inbox stands on: types, departments, agents, teams and counters, in three statements."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet, Value

from portico.actor import Actor
from portico.database.kept import Kept
from tenant_apps.desk.inbox import mentions
from tenant_apps.people.models import Team
from tenant_apps.tickets import access, kinds, settings, tally
from tenant_apps.tickets.kinds import Kind

_TEAM = "team"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers here; `load` is how many open requests are theirs."""

    id: UUID
    name: str
    load: int = 0


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
    set_up = settings.read("types", "default_type", "type_order", "departments", "number_format")
    known = kinds.build(set_up["types"], set_up["default_type"], set_up["type_order"])
    agents, teams = _who()
    departments = settings.names_of(set_up["departments"], retired=True)
    keys = {f"mine:{one}" for one in agents} | {f"mine:{actor.id}", "unassigned"}
    keys |= {f"team:{one}" for one in teams}
    if access.may(actor, "work_on_all", access.COMPANY_DESK):
        keys |= {"open", "unread", "snoozed", "incidents", "pinned"} | {f"department:{one}" for one in departments}
        keys |= {f"status:{one}" for one in _steps(known, "waiting")}
    numbers = tally.read(keys, mentions.number(actor))
    return Frame(
        kinds=known,
        departments=departments,
        on_offer=settings.names_of(set_up["departments"]),
        number_format=set_up["number_format"],
        people={key: Person(key, name, numbers[f"mine:{key}"]) for key, name in agents.items()},
        teams=teams,
        numbers=numbers,
        may_assign=access.may(actor, "assign_others", access.COMPANY_DESK),
    )


def _steps(known: kinds.Kinds, category: str) -> list[str]:
    steps = {
        one.key for kind in known.values() if not kind.is_fixed for one in kind.statuses if one.category == category
    }
    return sorted(steps)


def _who() -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Agents and teams by name, in one statement."""
    rows = sorted(_PEOPLE(), key=lambda row: (row[1].casefold(), str(row[0])))
    agents = {key: name for key, name, role in rows if role != _TEAM}
    return agents, {key: name for key, name, role in rows if role == _TEAM}


def _people() -> QuerySet[Any]:
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    accounts = apps.get_model("accounts", "User")._default_manager.filter(is_active=True, role__in=access.COMPANY)
    people: QuerySet[Any] = accounts.order_by().values_list("pk", "name", "role")
    return people.union(Team.objects.filter(is_active=True).values_list("pk", "name", Value(_TEAM)), all=True)


_PEOPLE = Kept(_people)
