"""What happened: one row that is audit, timeline and outbox at once."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction

from portico.actor import Actor
from portico.context import request_id
from portico.database import current_scope
from portico.ids import uuid7


def record(verb: str, subject: Any, /, *, by: Actor, unsaid: Any = None, **facts: Any) -> Any:
    """Write down that `verb` happened to `subject` (None for nothing in particular), in the change's own transaction.

    In a company's scope the row goes to its journal and `wiring.reactions_to` it follow after commit; on the platform
    there is no journal, and the projections (the platform's audit) are the record. Facts must be JSON: facts, never
    prose. What is `unsaid` stands in the platform's audit alone, and in no row that a company can read or take along.
    During a visit the staff member is named as who acts, and the person as whom they act for.
    """
    from portico import wiring  # it looks across, and imports the apps, which import this

    real = by.behind or by
    scope = current_scope()
    company = scope.company if scope else None
    event = apps.get_model("journal", "Event")(
        id=uuid7(),
        verb=verb,
        subject_id=_uuid_of(subject),
        actor_kind=real.kind,
        actor_id=real.id,
        actor_label=real.label,
        acting_for=by.label if by.behind else by.acting_for or "",
        request_id=request_id.get(),
        facts=facts | ({"visit": str(by.visit)} if by.visit else {}),
    )
    event.unsaid = dict(unsaid or {})
    if company:
        event.save(force_insert=True)
    for project in wiring.PROJECTIONS.get(verb, ()):
        project(event, subject)
    if company:
        wiring.remember_to_react(company, event)
        transaction.on_commit(lambda: wiring.react_soon(company, event), robust=True)
    return event


def _uuid_of(subject: Any) -> UUID | None:
    key = getattr(subject, "pk", None)
    return key if isinstance(key, UUID) else None
