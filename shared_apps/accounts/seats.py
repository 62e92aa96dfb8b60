"""How many people of a company answer, and how many may: everybody else costs nothing and is never counted."""

from portico.errors import Refused
from shared_apps.accounts.models import User

AGENTS = ("owner", "manager", "agent")


def taken() -> int:
    """How many answer now. In the company's scope."""
    return User.objects.filter(role__in=AGENTS, is_active=True).count()


def require_room(more: int = 1, *, promised: int = 0) -> None:
    """Refused when the plan has no room for so many more people who answer; `promised` are invited already.

    For whatever adds one: an invitation, its acceptance, a new role, the return of somebody. Two at once count one
    after the other: each holds the company's owners. Nobody who is there is ever sent away by a plan.
    """
    from portico import asks  # it asks this package, too

    most = asks.plan_limit("agents")
    if most is None:
        return
    list(User.objects.filter(role="owner").order_by("pk").select_for_update(no_key=True).values_list("pk"))
    there = taken() + promised
    if there + more > most:
        plan = asks.plan_of_company().name
        raise Refused(
            "plan_full",
            f"The plan {plan} has room for {most} people who answer, and {there} are there or invited. "
            "Owners choose a larger plan under Settings, Plan and billing. Members and customers cost nothing.",
        )
