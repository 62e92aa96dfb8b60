"""Photos of people: the middle of what somebody chose, drawn anew. Nothing else of the file stays."""

import re
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portico.errors import Missing
from portico.pages import signed_in
from portico.storage import CompanyStorage
from tenant_apps.tickets import logos

SIDE = 256
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_YEAR = "private, max-age=31536000, immutable"
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def keep(file: UploadedFile) -> str:
    """Put it where the company's photos are; its key. Invalid under `photo` for what is no picture."""
    whole = logos.opened("photo", file)
    side = min(whole.size)
    # Faces are rather above the middle of a portrait.
    left, top = (whole.width - side) // 2, (whole.height - side) // 3
    image = whole.crop((left, top, left + side, top + side)).resize((SIDE, SIDE))
    key = uuid4().hex  # nobody's photo is found by what it shows
    CompanyStorage().save(_name(key), ContentFile(logos.png(image)))
    return key


def throw_away(key: str) -> None:
    """The photo goes, once the change that took it away is sure."""
    if KEY.fullmatch(key):
        CompanyStorage().delete(_name(key))


@require_safe
@signed_in()
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A photo, for everybody of the company who is signed in."""
    if not KEY.fullmatch(key):
        raise Missing
    try:
        with CompanyStorage().open(_name(key)) as kept:
            response = HttpResponse(kept.read(), content_type="image/png")
    except FileNotFoundError:
        raise Missing from None
    response["Content-Security-Policy"] = _SANDBOX
    response["Cache-Control"] = _YEAR
    return response


def _name(key: str) -> str:
    return f"people/{key}.png"
