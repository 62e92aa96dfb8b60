"""Help for whoever lost their second step: somebody above them takes it away."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from portico.actor import Actor
from portico.errors import Missing
from portico.events import record
from shared_apps.accounts import access, factors, notices, sessions
from shared_apps.accounts.models import User


def find(person_id: UUID, *, by: Actor, rows: Any = None) -> User:
    """Whom this actor may help so; Missing for anybody else, and for whoever has nothing to be taken away."""
    access.require(by, "rescue")
    person: User | None = (rows or User.objects).filter(pk=person_id, is_active=True).first()
    if person is None or not person.security.get("factors") or not access.reaches(by, person):
        raise Missing
    return person


@transaction.atomic
def take_away(request: HttpRequest, person_id: UUID, *, by: Actor) -> User:
    """This person's second steps go, and their sessions end. They hear of it by mail.

    Nobody does it for themselves, nor for somebody above them: a stolen session would open more than it is of.
    """
    person = find(person_id, by=by, rows=User.objects.select_for_update(no_key=True))
    factors.forget_all(person)
    sessions.end_all(person)
    record("account.factor.reset", person, by=by, desk="company", name=person.name)
    notices.tell(
        request, person, f"{by.label} took the second step of your account away, so that you can set up another."
    )
    return person
