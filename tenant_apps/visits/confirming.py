"""Each thing that is done in a visit is shown first, and done once."""

import hashlib
import json
import secrets

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from portico import pages
from portico.errors import Forbidden, Refused
from tenant_apps.visits.models import Visit

FIELD = "visit-confirm"
_MOST_WAITING = 20
_TOKENS = frozenset({"csrfmiddlewaretoken", FIELD})
_TECHNICAL = frozenset({"key", "seen", "version", "form", "back", "steps"})
_NAMES = {"body": "Words", "sub_subject": "Part", "do": "What", "on": "Yes or no", "sign": "Sign", "mode": "Kind"}


def asked_first(request: HttpRequest, words: str) -> HttpResponse | None:
    """The page that asks whether this shall be sent; None when that was answered, once, about these very words."""
    if request.FILES:
        words = "Files are not sent during a visit. Nothing was sent; please leave the file out."
        return pages.refusal(request, Forbidden("no_files_in_a_visit", words))
    token = request.POST.get(FIELD, "")
    if not token:
        return _ask(request, words)
    if not _taken(request, token):
        done = (
            "This was done already, or changed since you confirmed it. Please look, and send it again if it is needed."
        )
        return pages.refusal(request, Refused("confirmed_already", done))
    post = request.POST.copy()
    del post[FIELD]
    request.POST = post  # type: ignore[assignment]  # what is frozen is Django's own copy
    return None


def _ask(request: HttpRequest, words: str) -> HttpResponse:
    token = secrets.token_urlsafe(18)
    row = _lock(request)
    row.pending[_digest(token)] = _digest_of(request)
    row.pending = dict(list(row.pending.items())[-_MOST_WAITING:])
    row.save(update_fields=["pending"])
    sent = [(name, value) for name, values in request.POST.lists() if name not in _TOKENS for value in values]
    context = {
        "words": words,
        "shown": [(_label(name), value) for name, value in sent if name not in _TECHNICAL],
        "technical": [(name, value) for name, value in sent if name in _TECHNICAL],
        "sent": sent,
        "field": FIELD,
        "token": token,
        "address": request.get_full_path(),
    }
    response = render(request, "visits/confirm.html", context)
    if pages.wants_part(request):
        whole = {"HX-Retarget": "body", "HX-Reswap": "innerHTML show:window:top", "HX-Push-Url": "false"}
        for name, value in whole.items():
            response[name] = value
    return response


def _taken(request: HttpRequest, token: str) -> bool:
    """Use the confirmation up; whether there was one, for this address and these fields."""
    row = _lock(request)
    meant = row.pending.pop(_digest(token), "")
    row.save(update_fields=["pending"])
    return bool(meant) and secrets.compare_digest(meant, _digest_of(request))


def _lock(request: HttpRequest) -> Visit:
    return Visit.objects.select_for_update().only("pending").get(pk=request.visit.pk)


def _digest_of(request: HttpRequest) -> str:
    fields: QueryDict = request.POST
    said = [[name, values] for name, values in sorted(fields.lists()) if name not in _TOKENS]
    return _digest(json.dumps([request.get_full_path(), said]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _label(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " ").replace("-", " ").capitalize())
