"""Incidents in tests: what the worker does for them, and companies without the seconds that a door is kept."""

from typing import Any


def work(*, most: int = 20) -> int:
    """Do all that is due for incidents, whatever its time, until nothing is left; how many jobs that took."""
    from django.db import transaction

    from portico import tasks
    from portico.database import platform_scope
    from tenants import routing
    from tenants.models import Due

    for done in range(most):
        with platform_scope(), transaction.atomic():
            due = Due.objects.filter(job="incident").order_by("id").first()
        if due is None:
            routing.forget()
            return done
        tasks.incident(due.company_id, due.generation, due.key)
    raise AssertionError("The work does not end.")


def forget() -> None:
    """Without the seconds that a process goes on with what it knew of a company."""
    from tenants import routing

    routing.forget()


def open_one(by: Any, **said: str) -> Any:
    """An incident about the website, of which nothing was said yet. In the platform's scope."""
    from shared_apps.incidents import actions

    usual = {"headline": "Relay 2 is down", "title": "Mail leaves late", "subject": "website"}
    return actions.open_incident(**(usual | said), by=by)
