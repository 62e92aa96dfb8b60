"""What keeps machines from signing up: a field that people do not see, a little work for a script, limits, and hooks.

Nothing of it is needed by a person: without scripts there is no work, and less may be asked from one place.
"""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from portico.cache import platform_key
from portico.errors import Invalid
from portico.throttle import allow, place_of

# So many bits of a digest have to be zero: 16,000 tries for a script, about a fifth of a second.
BITS = 14
_LASTS, _HOUR = 3600, 3600
FROM_ONE_PLACE, WITHOUT_WORK, FOR_ONE_PERSON, FROM_ALL = 30, 10, 8, 600
_SALT = "portico.signup.work"
HIDDEN = "topic"


def challenge() -> str:
    """What a script works on: a text of ours that is good for an hour and for one form."""
    return signing.dumps(secrets.token_hex(8), salt=_SALT)


def let_in(request: HttpRequest, email: str, name: str) -> None:
    """Count one more `name` (what is asked for) by this request for this address.

    Invalid when it comes from a machine or a hook says no; TooMany when it is too often.
    """
    if request.POST.get(HIDDEN):
        raise Invalid({"email": ["Something filled in a field that people do not see. Please try again by hand."]})
    allow(f"{name}-from", place_of(request), FROM_ONE_PLACE, _HOUR)
    if not _has_worked(request.POST):
        allow(f"{name}-by-hand", place_of(request), WITHOUT_WORK, _HOUR)
    one_more_letter(email, name)
    allow(f"{name}-all", "all", FROM_ALL, _HOUR)
    against = _refused_domain(email) or _hooked(request, email)
    if against:
        raise Invalid({"email": [against]})


def one_more_letter(email: str, name: str) -> None:
    """Count another letter of this kind to an address; TooMany when it is too often."""
    allow(f"{name}-for", email.lower(), FOR_ONE_PERSON, _HOUR)


def _has_worked(post: Mapping[str, Any]) -> bool:
    """Whether the work was done, for a challenge of ours, the first time that it is shown."""
    asked, found = str(post.get("work", "")), str(post.get("found", ""))
    if not found or len(asked) > 200 or len(found) > 20:
        return False
    try:
        signing.loads(asked, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return False
    done = sha256(f"{asked}:{found}".encode()).digest()
    if int.from_bytes(done[:4], "big") >> (32 - BITS):
        return False
    return bool(cache.add(platform_key(f"work:{done.hex()}"), 1, _LASTS))


def _refused_domain(email: str) -> str:
    """The hook for throw-away addresses: a file with one domain on each line (`SIGNUP_REFUSED_DOMAINS`)."""
    parts = email.lower().rpartition("@")[2].split(".")
    refused = _refused(settings.SIGNUP_REFUSED_DOMAINS)
    if any(".".join(parts[place:]) in refused for place in range(len(parts))):
        return "Please use an address that you keep: letters to this one are thrown away."
    return ""


@lru_cache(1)
def _refused(path: str) -> frozenset[str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def _hooked(request: HttpRequest, email: str) -> str:
    """The hook for captchas and the like (`SIGNUP_GUARD`, `module:function`): what stands against it, or nothing."""
    if not settings.SIGNUP_GUARD:
        return ""
    module, _, name = settings.SIGNUP_GUARD.partition(":")
    return str(getattr(import_module(module), name)(request, email) or "")
