"""Second steps: an app that makes codes, passkeys, and recovery codes. All of them stand in `mfa.Authenticator`."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused, TooMany
from portico.events import record
from shared_apps.accounts.models import User

APP, PASSKEY, RECOVERY = "totp", "webauthn", "recovery_codes"
WRONG = "This code is not right, or was used already."
MOST_PASSKEYS = 10
_TRIES, _WINDOW = 10, 900
_CALLED = {APP: "app", PASSKEY: "passkey"}
_NEEDED = "You need a second step here. Set up another one before you take this one away."


def rows(user: User) -> Any:
    """Everything that this person set up, the oldest first."""
    return Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk")


def kinds(user: User) -> frozenset[str]:
    """What this person can take the second step with."""
    return frozenset(rows(user).values_list("type", flat=True))


def lock(user: User) -> User:
    """The account as it is now, held until commit; Missing when it may not sign in."""
    found: User | None = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if found is None:
        raise Missing
    return found


@transaction.atomic
def check_code(user: User, typed: str) -> str:
    """How a code was right: "app" or "recovery"; empty when it was not. Each is good once.

    TooMany after ten wrong ones in a quarter of an hour. Whoever knows the password can bring that about, and nobody
    else; a new password forgets it, and a passkey does not wait.
    """
    user = lock(user)
    now = time.time()
    tries = [one for one in user.security.get("tries", ()) if one > now - _WINDOW]
    if len(tries) >= _TRIES:
        raise TooMany(int(tries[0] + _WINDOW - now) + 1)
    right = _by_app(user, typed) or _by_recovery(user, typed)
    kept = {name: value for name, value in user.security.items() if name != "tries"}
    user.security = kept if right else kept | {"tries": [*tries, int(now)]}
    user.save(update_fields=["security"])
    return right


def _by_app(user: User, typed: str) -> str:
    from allauth.mfa.utils import decrypt

    row = rows(user).select_for_update(no_key=True).filter(type=APP).first()
    counter = counter_of(decrypt(row.data["secret"]), typed) if row else None
    # A code that was used, and all before it, are over (RFC 6238 §5.2).
    if row is None or counter is None or counter <= row.data.get("last", 0):
        return ""
    row.data["last"] = counter
    row.last_used_at = timezone.now()
    row.save(update_fields=["data", "last_used_at"])
    return "app"


def counter_of(secret: str, typed: str) -> int | None:
    """Which half minute, now or next to it, this code of an app is of."""
    from allauth.mfa.totp.internal import auth

    digits = "".join(typed.split())
    for counter in auth.yield_hotp_counters_from_time() if secret else ():
        if auth.compare_user_code(actual=digits, expected=auth.format_hotp_value(auth.hotp_value(secret, counter))):
            return int(counter)
    return None


def _by_recovery(user: User, typed: str) -> str:
    row = _recovery(user)
    if row is None or not row.wrap().validate_code("".join(typed.split())):
        return ""
    rows(user).filter(pk=row.pk).update(last_used_at=timezone.now())
    return "recovery"


def _recovery(user: User) -> Any:
    """The recovery codes; None when their seed cannot be read any more, for codes of no seed could be reckoned."""
    from allauth.mfa.utils import decrypt

    row = rows(user).filter(type=RECOVERY).first()
    return row if row and decrypt(row.data["seed"]) else None


@transaction.atomic
def add_app(user: User, secret: str, typed: str, *, by: Actor) -> list[str]:
    """An app for codes, in place of the one before; the recovery codes, when there were none yet."""
    from allauth.mfa.utils import encrypt

    counter = counter_of(secret, typed)
    if counter is None:
        raise Invalid({"code": ["This is not the code that the app shows now. Is the clock of your phone right?"]})
    user = lock(user)
    rows(user).filter(type=APP).delete()
    Authenticator.objects.create(user_id=user.pk, type=APP, data={"secret": encrypt(secret), "last": counter})
    return _added(user, APP, "", by)


@transaction.atomic
def add_passkey(user: User, name: str, credential: dict[str, Any], *, by: Actor) -> list[str]:
    """A passkey that `passkeys` has verified; the recovery codes, when there were none yet."""
    user = lock(user)
    name = " ".join(name.split())[:60] or "Passkey"
    if rows(user).filter(type=PASSKEY).count() >= MOST_PASSKEYS:
        raise Refused("too_many_passkeys", f"At most {MOST_PASSKEYS} passkeys fit. Remove one first.")
    Authenticator.objects.create(user_id=user.pk, type=PASSKEY, data={"name": name, "credential": credential})
    return _added(user, PASSKEY, name, by)


def _added(user: User, kind: str, name: str, by: Actor) -> list[str]:
    _count(user)
    record("account.factor.add", user, by=by, desk="company", kind=_CALLED[kind], name=name)
    return [] if rows(user).filter(type=RECOVERY).exists() else _fresh_codes(user)


def _fresh_codes(user: User) -> list[str]:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    rows(user).filter(type=RECOVERY).delete()
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


@transaction.atomic
def new_codes(user: User, *, by: Actor) -> list[str]:
    """Ten recovery codes; those of before are over."""
    user = lock(user)
    if not user.security.get("factors"):
        raise Refused("no_second_step", "Recovery codes stand in for a second step. Set one up first.")
    record("account.codes", user, by=by, desk="company")
    return _fresh_codes(user)


@transaction.atomic
def remove(user: User, number: int, *, is_needed: bool, by: Actor) -> str:
    """Take one away; what it is called. The last one stays where a second step is needed."""
    user = lock(user)
    row = rows(user).filter(pk=number).exclude(type=RECOVERY).first()
    if row is None:
        raise Missing
    if is_needed and user.security.get("factors", 0) < 2:
        raise Refused("second_step_needed", _NEEDED)
    row.delete()
    _count(user)
    name = row.data.get("name", "")
    record("account.factor.remove", user, by=by, desk="company", kind=_CALLED[row.type], name=name)
    return name or "Your app for codes"


def forget_all(user: User) -> None:
    """Everything goes (a locked row): for whoever lost it all, by somebody who may say that."""
    rows(user).delete()
    _count(user)


def count_all(owner: Any) -> None:
    """The same count for everybody, after second steps came out of an archive. The owner's connection, with its path
    set to the company's schema."""
    owner.execute(
        "UPDATE accounts_user u SET security = u.security || jsonb_build_object('factors', found.number) FROM (SELECT"
        " user_id, count(*) AS number FROM mfa_authenticator WHERE type <> %s GROUP BY user_id) AS found"
        " WHERE found.user_id = u.id",
        [RECOVERY],
    )


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    row = _recovery(user)
    return len(row.wrap().get_unused_codes()) if row else 0


def _count(user: User) -> None:
    """How many there are stands with the account, so that no page has to ask. Recovery codes alone are none."""
    number = rows(user).exclude(type=RECOVERY).count()
    if not number:
        rows(user).delete()
    user.security = user.security | {"factors": number}
    user.save(update_fields=["security"])
