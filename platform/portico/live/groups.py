"""Who hears what: a group's name says company and generation, or which staff; membership is decided here alone."""

from uuid import UUID

from portico.actor import Actor
from portico.database import CompanyRef

# Who sees a company's tickets with the platform. Members and customers come with the company's own desk.
_AT_THE_DESK = frozenset({"owner", "manager", "agent"})
ALL_STAFF = "console.all"


def desk(company: CompanyRef) -> str:
    """Those of a company who look after its tickets."""
    return f"company.{company.key}.desk"


def subject(key: str) -> str:
    """Staff who cover a subject."""
    return f"console.subject.{key}"


def person(staff_id: UUID) -> str:
    """One staff member, for what is assigned to them."""
    return f"console.person.{staff_id}"


def of(actor: Actor, company: CompanyRef | None) -> frozenset[str]:
    """The groups this actor belongs to now: the same tickets that `visible_to` would find."""
    if company is not None:
        return frozenset({desk(company)}) if actor.kind == "company" and actor.role in _AT_THE_DESK else frozenset()
    if not actor.is_staff or actor.id is None:
        return frozenset()
    if actor.sees_all:
        return frozenset({ALL_STAFF})
    return frozenset({person(actor.id), *map(subject, actor.covers)})
