"""Those who may hear of a request, as letters know them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from portico.database.kept import Kept
from shared_apps.accounts.models import User
from tenant_apps.notices.kinds import wants
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody with an address. `is_by_mail`: they have no account, so mail is all they see."""

    id: UUID | None
    name: str
    email: str
    role: str = ""
    profile: Mapping[str, Any] = field(default_factory=dict)
    is_by_mail: bool = False

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user.pk, user.name, user.email, user.role, user.profile)

    def wants(self, kind: str) -> bool:
        """Whether they have not said no."""
        return self.is_by_mail or wants(kind, self.role, self.profile)


def requester_of(ticket: Ticket) -> Hearer | None:
    """Whoever asked, when there is an address."""
    if ticket.contact_id:
        known: Contact | None = _CONTACT.first(key=ticket.contact_id)
        email = known.email if known else ticket.requester_email
        return Hearer(ticket.requester_id, ticket.requester_name, email, is_by_mail=True) if email else None
    account: User | None = _ACCOUNT.first(key=ticket.requester_id)
    return Hearer.of(account) if account else None


def _contact(*, key: UUID) -> QuerySet[Contact]:
    return Contact.objects.filter(pk=key)


def _account(*, key: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=key, is_active=True)


_CONTACT, _ACCOUNT = Kept(_contact, is_steady=True), Kept(_account, is_steady=True)


def customers_of(ticket: Ticket) -> list[Hearer]:
    """Whoever asked, those of their side who follow it, and those in copy; each address once."""
    watching = User.objects.filter(pk__in=ticket.watchers, is_active=True, role__in=access.CUSTOMERS)
    by_mail = Contact.objects.filter(pk__in=ticket.watchers) if ticket.watchers else ()
    asked = requester_of(ticket)
    found = [*([asked] if asked else []), *map(Hearer.of, watching)]
    found += [Hearer(one.pk, one.name, one.email, is_by_mail=True) for one in by_mail]
    found += [Hearer(None, one.get("name", ""), one["email"], is_by_mail=True) for one in ticket.cc if one.get("email")]
    return list({one.email.lower(): one for one in reversed(found)}.values())[::-1]


def named(keys: Iterable[UUID | None], actor_id: UUID | None, kind: str) -> Iterator[Hearer]:
    """The agents among these who want such notices, without the one who acted."""
    wanted = {key for key in keys if key} - {actor_id}
    for one in User.objects.filter(pk__in=wanted, is_active=True, role__in=access.COMPANY):
        if wants(kind, one.role, one.profile):
            yield Hearer.of(one)
