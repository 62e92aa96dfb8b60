"""Erasure: nothing of a company is left but a tombstone. Each step may be broken off and done again."""

from datetime import timedelta
from typing import Any

import psycopg
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from portico.actor import SYSTEM, Actor
from portico.cache import forget_company
from portico.database import platform_scope
from portico.events import record
from portico.sealing import digest_sql
from tenants.life import actions, classes, files, leftovers
from tenants.life.classes import Erasure
from tenants.life.export import Tell, silent
from tenants.life.manifest import identity
from tenants.models import Company, Tombstone, digest

REST = timedelta(days=180)
_ROWS_AT_ONCE = 5_000


def erase(company: Company, *, by: Actor, typed: str, tell: Tell = silent) -> Tombstone:
    """Erase the company now. There is no way back but an archive; `typed` is its slug, as a confirmation."""
    with leftovers.alone() as connection:
        with platform_scope():
            company = actions.begin_erasure(company, by=by, typed=typed)
        _finish(connection, company, by, tell)
    with platform_scope(), transaction.atomic():
        return Tombstone.objects.get(pk=company.pk)


def keep_promises(*, by: Actor = SYSTEM, tell: Tell = silent) -> int:
    """Go on with what was interrupted, and begin what has had its 30 days; how many companies were erased."""
    with platform_scope(), transaction.atomic():
        is_left = apps.get_model("tenants", "Leftover").objects.exists()
        waiting = list(Company.objects.filter(state=Company.State.ERASING))
        due = list(Company.objects.filter(state=Company.State.ARCHIVED, erase_after__lte=timezone.now()))
    if not (is_left or waiting or due):
        return 0
    with leftovers.alone() as connection:
        leftovers.clear(connection, tell)
        for company in (*waiting, *due):
            with platform_scope():
                company = actions.begin_erasure(company, by=by, typed=company.slug)
            _finish(connection, company, by, tell)
    return len(waiting) + len(due)


def _finish(connection: psycopg.Connection[Any], company: Company, by: Actor, tell: Tell) -> None:
    schema = company.schema_name
    with connection.transaction():
        leftovers.note(connection, "schema", schema)
        leftovers.fence(connection, schema)
    leftovers.drop_schema(connection, schema, tell)
    leftovers.forget(connection, "schema", schema)
    for generation in range(1, company.generation + 1):
        files.wipe(files.at(files.place_of(company.pk, generation)))
    tell("files")
    forget_company(company.pk)
    tell("cache")
    for label, (what, column) in classes.PUBLIC.items():
        _erase_rows(connection, label, what, column, company.pk, tell)
    with platform_scope(), transaction.atomic():
        record("company.erased", company, by=by)
    _hash(connection, company.pk, tell)
    _bury(connection, company, tell)


def _erase_rows(
    connection: psycopg.Connection[Any], label: str, what: Erasure, column: str, company_id: int, tell: Tell
) -> None:
    """Rows of a table of `public`, in batches, each in a transaction that touches this table alone."""
    if what is Erasure.HASHED:
        return
    table = sql.Identifier("public", apps.get_model(label)._meta.db_table)
    mine = sql.SQL("true") if what is Erasure.EMPTIED else sql.SQL("{} = {}").format(sql.Identifier(column), company_id)
    statement = sql.SQL("DELETE FROM {0} WHERE ctid IN (SELECT ctid FROM {0} WHERE {1} LIMIT {2})").format(
        table, mine, _ROWS_AT_ONCE
    )
    while True:
        with connection.transaction():
            gone = connection.execute(statement).rowcount
            tell(label)
        if gone < _ROWS_AT_ONCE:
            return


# The row keeps when, which verb, and the names of the platform's own staff; what and who becomes one hash: the one
# by which the audit's chain knows the row (`portico.sealing`), so that the chain stays whole.
_HASH = """
    UPDATE public.audit_platformauditlog a SET
        facts = jsonb_build_object('sha256', {digest}),
        subject_id = CASE WHEN subject_type = 'tenants.company' THEN subject_id ELSE '' END,
        actor_id = CASE WHEN actor_kind = 'company' THEN NULL ELSE actor_id END,
        actor_label = CASE WHEN actor_kind = 'company' THEN '' ELSE actor_label END,
        acting_for = ''
    WHERE id IN (
        SELECT id FROM public.audit_platformauditlog
        WHERE (company_id = %(id)s OR (subject_type = 'tenants.company' AND subject_id = %(id)s::text))
          AND NOT ({erased})
        LIMIT %(most)s)
"""


def _hash(connection: psycopg.Connection[Any], company_id: int, tell: Tell) -> None:
    log = apps.get_model("audit", "PlatformAuditLog")
    statement = sql.SQL(_HASH).format(digest=sql.SQL(digest_sql(log)), erased=sql.SQL(log.ERASED))
    while True:
        with connection.transaction():
            done = connection.execute(statement, {"id": company_id, "most": _ROWS_AT_ONCE}).rowcount
            tell("audit.PlatformAuditLog")
        if done < _ROWS_AT_ONCE:
            return


def _bury(connection: psycopg.Connection[Any], company: Company, tell: Tell) -> None:
    """The company's row becomes the tombstone."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO public.tenants_tombstone (company_id, slug_sha256, company_sha256, erased_at, rests_until)"
            " VALUES (%s, %s, %s, now(), now() + %s)",
            [company.pk, digest(company.slug), identity(company).sha256, REST],
        )
        connection.execute("DELETE FROM public.tenants_company WHERE id = %s", [company.pk])
        tell("tombstone")
