"""Staff of the matrix beside the cast: those who have work assigned, and roles that the cast has without coverage.

They ask at the console alone. Each has a session and a token, and shows both.
"""

from typing import Any

from shared_apps.accounts import tokens
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.console.models import TicketIndex
from shared_apps.staff.models import TicketCoverage
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tests.trust import matrix

# Noa covers nothing and has one request; Ivo and Kim cover what Lin does.
ASSIGNED = "noa"
COLLEAGUES = {
    ASSIGNED: ("platform_support", []),
    "ivo": ("platform_engineer", ["website"]),
    "kim": ("platform_account_manager", ["website"]),
}


def hired(outside: Any, signed_in_as: Any) -> dict[str, tuple[Any, matrix.Person]]:
    """Each of them as an actor and as somebody who asks."""
    found = {}
    with outside():
        for name, (role, subjects) in COLLEAGUES.items():
            user = User.objects.create_user(f"{name}@portico.example", None, name=name.title(), role=role)
            for one in subjects:
                TicketCoverage.objects.create(platform_admin_id=user.pk, subject_id=one)
            keys = {"session": signed_in_as(user), "token": tokens.issue(user, "matrix")}
            found[name] = actor_of(user), matrix.Person(name, role, "console", door="console", **keys)
    return found


def with_work(found: Any, work: tuple[Any, Any], by: Any, scopes: Any, company: Any) -> list[matrix.Person]:
    """All of them, once Noa has been given this request and asks about it as her own."""
    (ticket, file), (inside, outside) = work, scopes
    noa, asks = found[ASSIGNED]
    with inside(company):
        actions.assign(ticket, Assignee(noa.id, noa.label), by=by)
    with outside():
        number = str(TicketIndex.objects.get(ticket_id=ticket.pk).pk)
    own = dict.fromkeys(("<int:id>", "<int:index_id>"), number)
    asks.own.update(own | {"<uuid:attachment_id>": str(file), "<uuid:assignee>": str(noa.id)})
    return [person for _, person in found.values()]
