"""What people say of themselves: name, photo, clock, language, signature, working hours, and when they are out."""

import zoneinfo
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portico.actor import Actor
from portico.database import company_scope, current_company
from portico.errors import Invalid, Missing
from portico.events import record
from portico.naming import problem_with_words
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import access, photos
from tenant_apps.people.actions import working
from tenant_apps.tickets import access as desk
from tenant_apps.tickets.text import clean_text

SIGNATURE, NOTE, NAME = 1_000, 200, 120
LANGUAGES = {
    "": "Not said",
    "da": "Dansk",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "sv": "Svenska",
    "uk": "Українська",
}
_LATEST = date(2100, 1, 1)


@transaction.atomic
def change_profile(given: dict[str, Any], *, by: Actor) -> Event | None:
    """Change what one says of oneself: `name`, `zone`, `language`, `signature`, and for whoever answers requests
    `hours` and `out` ({"from", "until", "note"} or None). Invalid names every part that cannot be taken."""
    person = _oneself(by)
    answers = person.role in desk.COMPANY
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for part, value in given.items():
        try:
            if part not in _READERS or (part in _OF_AGENTS and not answers):
                raise Invalid({part: ["There is no such part."]})
            values[part] = _READERS[part](value)
        except Invalid as no:
            wrong |= no.fields
    if wrong:
        raise Invalid(wrong)
    now = person.profile | {"name": person.name}
    changed = {part: value for part, value in values.items() if now.get(part) != value and (now.get(part) or value)}
    if not changed:
        return None
    before = {part: now.get(part) for part in changed}
    person.name = changed.get("name", person.name)
    person.profile = person.profile | {part: value for part, value in changed.items() if part != "name"}
    person.save(update_fields=["name", "profile"])
    return _told(record("person.self.update", person, by=by, desk="company", before=before, after=changed))


@transaction.atomic
def set_photo(file: UploadedFile | None, *, by: Actor) -> Event | None:
    """Show this picture of oneself, cut to a square; None for none."""
    person = _oneself(by)
    before = person.profile.get("photo", "")
    after = photos.keep(file) if file else ""
    if before == after:
        return None
    person.profile = {name: value for name, value in person.profile.items() if name != "photo"}
    person.profile |= {"photo": after} if after else {}
    person.save(update_fields=["profile"])
    if before:
        transaction.on_commit(partial(_throw_away, current_company(), before), robust=True)
    return _told(record("person.photo.update", person, by=by, desk="company", has_photo=bool(after)))


def _throw_away(company: Any, key: str) -> None:
    with company_scope(company):
        photos.throw_away(key)


def _oneself(by: Actor) -> User:
    access.require(by, "have_profile")
    person = User.objects.select_for_update(no_key=True).filter(pk=by.id or UUID(int=0), is_active=True).first()
    if person is None:  # a key of the company is nobody
        raise Missing
    return person


def _name(value: Any) -> str:
    name = " ".join(clean_text("name", str(value), limit=NAME).split())
    if against := problem_with_words(name):
        raise Invalid({"name": [against]})
    return name


def _zone(value: Any) -> str:
    if not value:
        return ""
    if value not in zoneinfo.available_timezones():
        raise Invalid({"zone": ["Please choose a time zone like Europe/Oslo."]})
    return str(value)


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise Invalid({"language": ["Please choose a language from the list."]})
    return str(value)


def _signature(value: Any) -> str:
    return clean_text("signature", str(value), limit=SIGNATURE, required=False)


def _out(value: Any) -> dict[str, str] | None:
    """{"from": "2026-12-01", "until": "2026-12-05", "note": "…"}, both days included; None for not at all."""
    if not value or not (value.get("from") or value.get("until")):
        return None
    try:
        begins, ends = (date.fromisoformat(str(value.get(end, ""))) for end in ("from", "until"))
    except ValueError:
        raise Invalid({"out": ["Please give a first and a last day."]}) from None
    if begins > ends or ends > _LATEST:
        raise Invalid({"out": ["The last day comes after the first."]})
    note = clean_text("out", str(value.get("note", "")), limit=NOTE, required=False)
    return {"from": begins.isoformat(), "until": ends.isoformat(), "note": " ".join(note.split())}


def _told(event: Any) -> Event:
    found: Event = event
    return found


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "zone": _zone,
    "language": _language,
    "signature": _signature,
    "hours": working.read_hours,
    "out": _out,
}
_OF_AGENTS = frozenset({"signature", "hours", "out"})
