"""How the company shows itself: words, colour and pictures, changed together, with the change before kept for undo."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid
from tenant_apps.journal.models import Event
from tenant_apps.tickets import access, logos
from tenant_apps.tickets.actions import configuring

KEY = "brand"
PICTURES = ("logo", "favicon")


@transaction.atomic
def rebrand(
    words: Mapping[str, Any],
    *,
    by: Actor,
    files: Mapping[str, UploadedFile] | None = None,
    without: Collection[str] = (),
    seen_version: int | None = None,
) -> Event | None:
    """Show these words from now on, the pictures in `files`, and none of those in `without`; the rest stays.

    What happened, or None when it was so already, as for a form that is sent twice. Invalid names all that is wrong.
    """
    access.require(by, "configure", access.COMPANY_DESK)
    wrong, drawn = _draw(files or {})
    row = configuring.lock(KEY)
    before = row.value
    value = dict(words) | {part: None for part in PICTURES if part in without}
    for part, one in drawn.items():
        logos.keep(one, only_square=part == "favicon")
        value[part] = asdict(one.picture)
    after = _checked(value, before, wrong)
    event = configuring.set_to(KEY, after, by=by, seen_version=None if after == before else seen_version)
    if event:
        logos.tidy({*_keys(event.facts["before"]), *_keys(event.facts["after"])})
    return event


def _draw(files: Mapping[str, UploadedFile]) -> tuple[dict[str, list[str]], dict[str, logos.Drawn]]:
    wrong: dict[str, list[str]] = {}
    drawn = {}
    for part, file in files.items():
        try:
            drawn[part] = logos.draw(part, file, only_square=part == "favicon")
        except Invalid as no:
            wrong |= no.fields
    return wrong, drawn


def _checked(value: Mapping[str, Any], before: Any, wrong: dict[str, list[str]]) -> Any:
    try:
        after = configuring.shapes.read(KEY, value, before, {})
    except Invalid as no:
        raise Invalid({**wrong, **no.fields}) from None
    if wrong:
        raise Invalid(wrong)
    return after


def _keys(brand: Any) -> list[str]:
    return [one["key"] for part in PICTURES if isinstance(one := (brand or {}).get(part), dict) and "key" in one]
