"""What can be agreed and noted about a company, and noted about its requests. In the platform's scope; each is audited,
without the words.

All of them hold the company's row: two at once queue, and nothing is written about a company that is being erased.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.care import access
from shared_apps.care.models import Care, Note, Tier
from shared_apps.staff.access import STAFF
from tenants import routing
from tenants.models import Company

LONGEST, MOST_AGENTS = 4_000, 10
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class About:
    """One of the company's requests to Portico, which the caller has found for this actor."""

    ticket_id: UUID
    number: str


@transaction.atomic
def agree(
    company: Company,
    *,
    by: Actor,
    seen: int | None = None,
    tier: str | None = None,
    agents: Iterable[UUID] | None = None,
    white_label: bool | None = None,
) -> Care:
    """Give the company this tier, exactly these agents, and pages with or without Portico's name; what is None stays.

    `seen` is the version that whoever decides had before the eyes. Agents see no more than before. Nothing is recorded
    when nothing changes.
    """
    if tier is not None:
        access.require(by, "set_tier")
    if agents is not None:
        access.require(by, "designate")
    if white_label is not None:
        access.require(by, "set_white_label")
    now = _lock(company)
    care = Care.of(company.pk)
    if seen is not None and seen != care.version:
        raise Refused("changed_meanwhile", "Somebody changed this meanwhile. Please look again before you change it.")
    changes = [*_tier(care, tier), *_agents(care, agents), *_label(now, white_label)]
    if changes:
        care.version += 1
        care.save()
    for verb, facts in changes:
        record(verb, company, by=by, **facts)
    return care


def _tier(care: Care, tier: str | None) -> Iterable[tuple[str, dict[str, object]]]:
    if tier is None or tier == care.tier:
        return
    if tier not in Tier.values:
        raise Invalid({"tier": ["There is no such tier."]})
    before, care.tier = care.tier, tier
    yield "company.tier.update", {"from": before, "to": tier}


def _agents(care: Care, agents: Iterable[UUID] | None) -> Iterable[tuple[str, dict[str, object]]]:
    wanted = sorted(set(agents)) if agents is not None else care.agents
    if wanted == care.agents:
        return
    if len(wanted) > MOST_AGENTS:
        raise Invalid({"agents": [f"Please name at most {MOST_AGENTS}: who is one of many feels asked by nobody."]})
    known = dict(User.objects.filter(pk__in={*wanted, *care.agents}, role__in=STAFF).values_list("pk", "name"))
    # Whoever has left since may stay; nobody who has left is added.
    active = set(User.objects.filter(pk__in=wanted, is_active=True, role__in=STAFF).values_list("pk", flat=True))
    if set(wanted) - active - set(care.agents):
        raise Invalid({"agents": ["There is no such staff member."]})
    before, care.agents = care.agents, wanted
    named = {"agents": wanted, "previous": before}
    yield "company.agents.update", {name: [known.get(one, str(one)) for one in ids] for name, ids in named.items()}


def _label(company: Company, is_on: bool | None) -> Iterable[tuple[str, dict[str, object]]]:
    """The company never sets this itself: whoever leads agrees on it, and its plan may say so beside this."""
    if is_on is None or is_on == company.white_label:
        return
    Company.objects.filter(pk=company.pk).update(white_label=is_on)
    transaction.on_commit(lambda: routing.forget_company(company.pk))
    yield "company.white_label.update", {"is_on": is_on}


@transaction.atomic
def write_note(
    company: Company, body: str, *, by: Actor, about: About | None = None, is_confidential: bool = False
) -> Note:
    """Note something about the company, or about one of its requests, for all of the staff who see it.

    What engineers and those who lead mark confidential is for them alone.
    """
    access.require(by, "note")
    if is_confidential:
        access.require(by, "confide")
    body = _worded(body)
    _lock(company)
    _throw_away()
    note = Note(company_id=company.pk, author_name=by.label, body=body, is_confidential=is_confidential)
    note.author_id = by.id  # type: ignore[assignment]  # whoever may note has an account
    note.ticket_id = about.ticket_id if about else None
    note.save(force_insert=True)
    _tell("create", company, note, by, about)
    return note


@transaction.atomic
def edit_note(
    company: Company,
    note_id: UUID,
    body: str,
    *,
    by: Actor,
    seen: int | None = None,
    about: About | None = None,
    is_confidential: bool | None = None,
) -> Note:
    """Say it otherwise, or to fewer or more; only whoever wrote it may."""
    note = _note(company, note_id, by, about)
    if note.author_id != by.id:
        raise Forbidden("not_yours", f"{note.author_name} wrote this: nobody else changes it.")
    if seen is not None and seen != note.version:
        raise Refused("changed_meanwhile", "This note was changed meanwhile. Please look again before you change it.")
    body, before = _worded(body), (note.body, note.is_confidential)
    if is_confidential is not None and is_confidential != note.is_confidential:
        access.require(by, "confide")
        note.is_confidential = is_confidential
    if (body, note.is_confidential) != before:
        note.body, note.edited_at, note.version = body, clock.now(), note.version + 1
        note.save()
        _tell("update", company, note, by, about)
    return note


@transaction.atomic
def delete_note(company: Company, note_id: UUID, *, by: Actor, about: About | None = None) -> Note:
    """Take it away: whoever wrote it, or leads. For a day it can be brought back by whoever took it away."""
    note = _note(company, note_id, by, about)
    if note.author_id != by.id and not access.may(by, "delete_notes_of_others"):
        raise Forbidden("not_yours", f"{note.author_name} wrote this: only they, or somebody who leads, delete it.")
    _throw_away()
    note.deleted_at, note.deleted_by = clock.now(), by.id
    note.save()
    _tell("delete", company, note, by, about)
    return note


@transaction.atomic
def bring_back_note(company: Company, note_id: UUID, *, by: Actor, about: About | None = None) -> Note:
    """Undo a deletion."""
    note = _note(company, note_id, by, about, deleted=True)
    if note.deleted_by != by.id:
        raise Missing
    note.deleted_at = note.deleted_by = None
    note.save()
    _tell("bring_back", company, note, by, about)
    return note


def _lock(company: Company) -> Company:
    now = Company.objects.select_for_update(no_key=True).filter(pk=company.pk).first()
    if now is None:
        raise Missing
    if now.state == Company.State.ERASING:
        raise Refused("erasing", "This company is being erased: nothing is written about it any more.")
    return now


def _tell(verb: str, company: Company, note: Note, by: Actor, about: About | None) -> None:
    facts: dict[str, object] = {"number": about.number} if about else {}
    if note.is_confidential:
        facts["is_confidential"] = True
    record(f"company.note.{verb}", company, by=by, note=str(note.pk), **facts)


def _note(company: Company, note_id: UUID, by: Actor, about: About | None, *, deleted: bool = False) -> Note:
    access.require(by, "note")
    _lock(company)
    there = Note.objects.visible_to(by).filter(company_id=company.pk, deleted_at__isnull=not deleted)
    note = there.filter(pk=note_id, ticket_id=about.ticket_id if about else None).first()
    if note is None:
        raise Missing
    return note


def _worded(body: str) -> str:
    body = body.strip()
    if not body:
        raise Invalid({"body": ["Please write something."]})
    if len(body) > LONGEST:
        raise Invalid({"body": [f"Please use at most {LONGEST:,} characters."]})
    return body


def _throw_away() -> None:
    """What was deleted long enough ago goes for good with the next note that is written or deleted anywhere."""
    Note.objects.filter(deleted_at__lt=clock.now() - KEPT_FOR).delete()
