"""What comes of a code: a key that is made anew again and again, and the refresh token that is asked for it with.

Rows are locked before they are judged, so that of two who come at once one is the second, and is treated as that.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portico.ids import uuid7
from shared_apps.accounts import tokens
from shared_apps.accounts.models import Token
from tenant_apps.partners import actions
from tenant_apps.partners.models import App, Grant

LASTS = 3600  # seconds of a key
_UNUSED, _LONGEST = timedelta(days=30), timedelta(days=366)
# Requests that are on their way while a key is made anew are still answered.
_ON_THE_WAY = timedelta(seconds=30)
_REFRESH = "pr"
_MOST_ALONE = 20


def is_secret(app: App, text: str) -> bool:
    """Whether this is the application's secret, or the one before while it is still good."""
    if not tokens.is_of_here(text, actions.SECRET):
        return False
    digest = _digest(text)
    is_former = app.has_former and constant_time_compare(digest, app.former_digest)
    return constant_time_compare(digest, app.digest) or is_former


def key(request: Any) -> str:
    """The text of a new key."""
    return tokens.secret()


def refresh(request: Any) -> str:
    """The text of a new refresh token: of the family of the one before, or of a new one."""
    goes_on = request.grant_type == "refresh_token"
    family = request.refresh_token.partition(".")[0] if goes_on else tokens.secret(_REFRESH)
    return f"{family}.{secrets.token_urlsafe(32)}"


def of_code(text: str, app: App, redirect: str) -> Grant | None:
    """The grant of this code, locked. A code that comes twice ends what was made from it (RFC 6749 section 4.1.2)."""
    if not tokens.is_of_here(text, actions.CODE):
        return None
    grant = _locked(Q(code_digest=_digest(text)), app)
    if grant is None:
        return None
    if grant.used_at is not None:
        actions.end_family(grant, why="code")
        return None
    is_good = grant.code_until > timezone.now() and constant_time_compare(redirect, grant.redirect)
    return grant if is_good and _may_go_on(grant) else None


def of_refresh(text: str, app: App) -> Grant | None:
    """The grant of this refresh token, locked. One whose turn is over ends the family (RFC 9700 section 4.14.2)."""
    grant = _of_family(text, app)
    if grant is None or not _may_go_on(grant):
        return None
    if not constant_time_compare(_digest(text), grant.turn_digest):
        actions.end_family(grant, why="refresh")
        return None
    is_late = grant.until is None or grant.until <= timezone.now()
    # Whoever ends all keys of a person ends these, too.
    return None if is_late or not Token.objects.filter(pk=grant.pk, revoked_at=None).exists() else grant


def go_on(grant: Grant, scopes: Sequence[str], key_text: str, refresh_text: str) -> None:
    """Make the grant's key, or make it anew; the grant is locked."""
    now = timezone.now()
    ends, marks = now + timedelta(seconds=LASTS), tokens.marks_of(key_text)
    held = Token.objects.filter(pk=grant.pk).first()
    said: dict[str, Any] = {"scopes": list(scopes), "expires_at": ends, **marks}
    if held is None:
        Token.objects.create(id=grant.pk, app_id=grant.app_id, user=grant.user, label=grant.app.name, **said)
    else:
        said |= {"former_digest": held.digest, "former_until": min(now + _ON_THE_WAY, held.expires_at or now)}
        Token.objects.filter(pk=grant.pk).update(**said)
    grant.used_at = grant.used_at or now
    grant.family_digest = _digest(refresh_text.partition(".")[0])
    grant.turn_digest = _digest(refresh_text)
    grant.until = min(now + _UNUSED, grant.created_at + _LONGEST)
    grant.save(update_fields=["used_at", "family_digest", "turn_digest", "until"])


def acts_alone(app: App) -> bool:
    """Whether the application may act by itself, asked with its row locked: it may be ending now."""
    rows = App.objects.living().select_for_update(no_key=True).filter(pk=app.pk, is_confidential=True)
    return bool(app.role) and [one.role for one in rows] == [app.role]


def let_alone(app: App, scopes: Sequence[str], text: str) -> None:
    """Make a key with which the application acts by itself; the application is locked. The oldest gives way."""
    mine = Token.objects.filter(app_id=app.pk, user=None)
    mine.filter(expires_at__lt=timezone.now()).delete()
    Token.objects.filter(pk__in=mine.order_by("-created_at", "-id").values("pk")[_MOST_ALONE - 1 :]).delete()
    ends = timezone.now() + timedelta(seconds=LASTS)
    marks = tokens.marks_of(text)
    held = {"id": uuid7(), "label": app.name, "role": app.role, "scopes": list(scopes), "expires_at": ends}
    Token.objects.create(app_id=app.pk, **held, **marks)


def give_up(text: str, app: App) -> None:
    """End what the application holds with this text, and its whole family; nothing when it holds none."""
    grant = _of_family(text, app)
    held = _key_of(text, app)
    if grant is None and held is not None and held.user_id is not None:
        grant = _locked(Q(pk=held.pk), app)
    if grant is not None:
        actions.end_family(grant)
    elif held is not None:
        Token.objects.filter(pk=held.pk, revoked_at=None).update(revoked_at=timezone.now())


def told_of(text: str, app: App) -> dict[str, Any] | None:
    """What an application may know of what it holds itself (RFC 7662 section 2.2); None when that opens nothing."""
    held = _key_of(text, app)
    said: dict[str, Any] = {"client_id": app.client_id, "token_type": "Bearer"}
    if held is not None and held.is_living and (held.user is None or held.user.is_active):
        ends = int(held.expires_at.timestamp()) if held.expires_at else 0
        said |= {"scope": " ".join(held.scopes), "sub": str(held.user_id or app.pk)}
        return said | {"iat": ends - LASTS, "exp": ends}
    grant = _of_family(text, app)
    if grant is None or grant.ended_at or not grant.user.is_active or grant.until is None:
        return None
    if grant.turn_digest != _digest(text) or grant.until <= timezone.now():
        return None
    said |= {"scope": " ".join(grant.scopes), "sub": str(grant.user_id), "token_type": "refresh_token"}
    return said | {"iat": int(grant.created_at.timestamp()), "exp": int(grant.until.timestamp())}


def _may_go_on(grant: Grant) -> bool:
    if grant.ended_at is not None or not grant.user.is_active or not grant.scopes:
        return False
    return App.objects.living().filter(pk=grant.app_id).exists()  # anew: it may have ended since


def _of_family(text: str, app: App) -> Grant | None:
    family, mark, turn = text.partition(".")
    if not turn or not tokens.is_of_here(family, _REFRESH):
        return None
    return _locked(Q(family_digest=_digest(family)), app)


def _locked(which: Q, app: App) -> Grant | None:
    """The grant, when it is this application's: what another holds is nothing to it."""
    rows = Grant.objects.select_related("app", "user").select_for_update(no_key=True, of=("self",))
    found: Grant | None = rows.filter(which, app=app).first()
    return found


def _key_of(text: str, app: App) -> Token | None:
    if not tokens.is_of_here(text):
        return None
    rows = Token.objects.select_related("user").filter(digest=_digest(text), app_id=app.pk)
    found: Token | None = rows.first()
    return found


def _digest(text: str) -> str:
    return tokens.marks_of(text)["digest"]
