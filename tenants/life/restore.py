"""A company from an archive: checked, loaded, compared, and only then put in place. A kill leaves nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import transaction

from portico import asks
from portico.actor import Actor
from portico.database import CompanyRef, platform_scope
from portico.errors import Refused
from portico.events import record
from tenants import looks
from tenants.domains import reading as domains
from tenants.life import access, archive, catching_up, files, leftovers, reading
from tenants.life.archive import Archive
from tenants.life.export import Tell, silent
from tenants.life.manifest import SLUG, Damaged, Identity, Manifest, identity
from tenants.models import HOUSE_ID, Company, Tombstone
from tenants.provision.pool import build
from tenants.provision.recording import fingerprint

Connection = psycopg.Connection[Any]
# What stands in `public` of a company that gets another schema: written anew from the archive, or carried along, else
# its role could neither read nor replace it. Its domains and its index have ways of their own.
_FOLLOW = (
    "DELETE FROM public.tenants_due WHERE company_id = %(company)s",
    "DELETE FROM public.signup_known WHERE company_id = %(company)s",
    "UPDATE public.usage_hour SET schema = %(schema)s WHERE company_id = %(company)s",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the archive goes. `old` is the company whose content it takes the place of."""

    id: int
    generation: int
    company: Identity
    old: Company | None

    @property
    def ref(self) -> CompanyRef:
        """The company to be, as far as its files are concerned."""
        return files.at(self.place)

    @property
    def place(self) -> str:
        return files.place_of(self.id, self.generation)


def restore(
    path: Path, *, by: Actor, slug: str = "", replace: bool = False, typed: str = "", tell: Tell = silent
) -> CompanyRef:
    """Make a company of the archive at `path`: the one it was, or a copy with another `slug`.

    With `replace` it takes the place of the company it came from, which has to rest and keeps its state; `typed` must
    be its slug, as a confirmation that what it holds now goes. The new rows stand in a schema of their own until they
    are proven equal to the archive; one transaction then puts them in place. What only the installation can read that
    wrote the archive comes back there alone; elsewhere `tell` says what is missing.
    """
    access.require(by, "restore")
    with leftovers.alone() as connection:
        leftovers.clear(connection, tell)
        with archive.opened(path) as opened:
            tell("checked")
            _require_release(connection, opened.manifest.fingerprint)
            plan = _plan(connection, opened.manifest.company, slug, typed if replace else None)
            _record("company.restore.begun", plan, by, opened.manifest)
            try:
                company = _carry_out(connection, plan, opened, tell)
                _record("company.restored", plan, by, opened.manifest)
                for words in opened.unread():
                    tell(f"cannot be read here, set up again: {words}")
            finally:
                _tidy(connection, tell)
    if opened.manifest.fingerprint != fingerprint():
        catching_up.catch_up(company, tell)
    return company


def _tidy(connection: Connection, tell: Tell) -> None:
    """At once if possible. What cannot go now stays written down, and goes before the next restore or erasure."""
    with suppress(psycopg.Error, OSError):
        leftovers.clear(connection, tell)


def _require_release(connection: Connection, mark: str) -> None:
    known = connection.execute("SELECT 1 FROM public.tenants_recording WHERE fingerprint = %s", [mark]).fetchone()
    if mark != fingerprint() and not known:
        raise Refused(
            "other_release",
            "This archive was written by a release of Portico that this installation never ran. Restore it where that"
            f" release is, then migrate. (Its tables: {mark[:12]}, this release's: {fingerprint()[:12]}.)",
        )


def _plan(connection: Connection, told: Identity, slug: str, typed: str | None) -> Plan:
    wanted = Identity(told.name, slug or told.slug, told.tint, told.created_at)
    with platform_scope(), transaction.atomic():
        there = Company.objects.filter(slug=wanted.slug).first()
        resting = list(Tombstone.objects.resting(wanted.slug))
    if there is not None:
        _require_same(there, told, typed)
        return Plan(there.pk, there.generation + 1, identity(there), there)
    _require_decent(wanted.slug)
    if typed is not None:
        raise Refused("no_company", f"There is no company {wanted.slug} whose place the archive could take.")
    if any(stone.company_sha256 != wanted.sha256 for stone in resting):
        raise Refused("slug_rests", f"The subdomain {wanted.slug} was another company's until lately and rests.")
    row = connection.execute("SELECT nextval(pg_get_serial_sequence('public.tenants_company', 'id'))").fetchone()
    return Plan(row[0] if row else 0, 1, wanted, None)


def _require_decent(slug: str) -> None:
    against = asks.slug_problem(slug)
    if not SLUG.fullmatch(slug) or against:
        raise Refused("bad_slug", f"The subdomain {slug!r} cannot be given away. {against}".strip())


def _require_same(there: Company, told: Identity, typed: str | None) -> None:
    if typed is None:
        raise Refused("slug_taken", f"There is a company {there.slug} already: give --slug for a copy, or --replace.")
    if identity(there).sha256 != told.sha256:
        raise Refused("other_company", f"This archive does not belong to {there.slug}: it is {told.slug}'s.")
    if there.pk == HOUSE_ID:
        raise Refused("house_company", "The house company cannot be replaced while the installation runs.")
    if there.state not in {Company.State.SUSPENDED, Company.State.ARCHIVED}:
        raise Refused("wrong_state", "Suspend the company first: what is written meanwhile would be lost.")
    if typed != there.slug:
        raise Refused("not_confirmed", f"Type the subdomain {there.slug} to confirm that what it holds now shall go.")


def _record(verb: str, plan: Plan, by: Actor, manifest: Manifest) -> None:
    with platform_scope(), transaction.atomic():
        sha256 = hashlib.sha256(manifest.as_json()).hexdigest()
        record(verb, Company(pk=plan.id), by=by, manifest=sha256, generation=plan.generation)


def _carry_out(connection: Connection, plan: Plan, opened: Archive, tell: Tell) -> CompanyRef:
    """Files first, under a generation that nobody reads yet and that is written down as a leftover until it counts."""
    leftovers.note(connection, "files", plan.place)
    for name in opened.files:
        tell(f"file {name}")
        with opened.file(name) as content:
            files.put(plan.ref, name, content)
    tell("files")
    with connection.transaction():
        mark = opened.manifest.fingerprint
        schema = _take_schema(connection, mark)
        reading.settle(connection, schema)
        _load(connection, opened, tell)
        _compare(connection, opened, tell)
        _put_in_place(connection, plan, schema, mark)
        one = plan.company
        company = CompanyRef(plan.id, schema, plan.generation, one.slug, one.name, one.tint)
        if mark == fingerprint():
            asks.rebuild_index(connection, plan.id, schema)
            asks.write_dues(connection, company)
            looks.rebuild(connection, plan.id)
        domains.carry_over(connection, company)
        leftovers.forget(connection, "files", plan.place)
        tell("almost there")
    tell("in place")
    return company


def _take_schema(connection: Connection, mark: str) -> str:
    """A ready schema of that release. It is taken in this transaction, so that it goes back when the restore fails."""
    query = (
        "DELETE FROM public.tenants_readyschema WHERE schema = (SELECT schema FROM public.tenants_readyschema"
        " WHERE fingerprint = %s ORDER BY built_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING schema"
    )
    row = connection.execute(query, [mark]).fetchone()
    if row is None:
        build(connection, mark)
        row = connection.execute(query, [mark]).fetchone()
    return str(row[0]) if row else ""


def _load(connection: Connection, opened: Archive, tell: Tell) -> None:
    # Tables come by name, not by what points where; and building a schema asks for the opposite.
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    try:
        for model, what, names in opened.tables():
            tell(f"rows {model._meta.label}")
            reading.load(connection, model, names, opened.lines(model._meta.label))
            if reading.breaks_rule(connection, model, what):
                raise Damaged(f"{model._meta.label} holds rows that cannot be in a company")
        for model, column, names in opened.sealed():
            put = reading.unseal if column else reading.load
            put(connection, model, names, opened.lines(model._meta.label, "sealed"))
        if opened.is_ours:
            asks.count_second_steps(connection)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, UnicodeDecodeError) as error:
        raise Damaged("its rows do not fit into the tables") from error


def _compare(connection: Connection, opened: Archive, tell: Tell) -> None:
    """What was loaded, read back, has to be what the archive holds: to the byte."""
    for model, _, names in opened.tables():
        label = model._meta.label
        told = opened.manifest.rows[label], opened.manifest.entries[f"rows/{label}.jsonl"].sha256
        if _digest(reading.lines(connection, model, names)) != told:
            raise Damaged(f"the rows of {label} are not what an export writes")
    for model, column, names in opened.sealed():
        label = model._meta.label
        _, found = _digest(reading.lines(connection, model, names, column))
        if found != opened.manifest.entries[f"sealed/{label}.jsonl"].sha256:
            raise Damaged(f"what is sealed in {label} does not fit its rows")
    tell("compared")


def _digest(lines: Iterator[bytes]) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for line in lines:
        count += 1
        digest.update(line)
    return count, digest.hexdigest()


def _put_in_place(connection: Connection, plan: Plan, schema: str, mark: str) -> None:
    if plan.old is None:
        _add_company(connection, plan, schema, mark)
        return
    changed = connection.execute(
        "UPDATE public.tenants_company SET schema_name = %s, generation = %s, fingerprint = %s"
        " WHERE id = %s AND generation = %s AND state IN ('suspended', 'archived')",
        [schema, plan.generation, mark, plan.id, plan.old.generation],
    )
    if changed.rowcount != 1:
        raise Refused("changed_meanwhile", "The company was changed meanwhile. Please look at it again.")
    leftovers.fence(connection, plan.old.schema_name)
    leftovers.note(connection, "schema", plan.old.schema_name)
    leftovers.note(connection, "files", files.place_of(plan.id, plan.old.generation))
    for statement in _FOLLOW:
        connection.execute(statement, {"company": plan.id, "schema": schema})


def _add_company(connection: Connection, plan: Plan, schema: str, mark: str) -> None:
    one = plan.company
    values = [plan.id, schema, one.name, one.slug, plan.generation, one.tint, mark, one.created_at]
    try:
        connection.execute(
            "INSERT INTO public.tenants_company"
            " (id, schema_name, name, slug, state, generation, tint, fingerprint, created_at)"
            " VALUES (%s, %s, %s, %s, 'active', %s, %s, %s, %s)",
            values,
        )
    except psycopg.errors.UniqueViolation:
        raise Refused("slug_taken", f"The subdomain {one.slug} was taken meanwhile.") from None
