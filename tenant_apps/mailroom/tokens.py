"""Tokens for mailboxes at Microsoft and Google: one of minutes for the one that was given to us (RFC 6749 §6).

Microsoft gives another refresh token with each, and forgets the old ones some day: the latest is what is kept.
"""

from typing import Any
from urllib.parse import quote

from django.core.cache import cache
from django.db import transaction

from portico import fetching, vault
from tenant_apps.mailroom.models import Channel

# Where each is asked, and what for.
SERVERS = {
    "microsoft": (
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    ),
    "google": ("https://oauth2.googleapis.com/token", ""),
}
# A token is not used in its last minutes; without a word of how long it lasts it is used once.
_EARLY, _LONGEST = 120, 3600


class NoToken(Exception):
    """The provider gave none; the words are for people."""


def secrets_of(channel: Channel) -> dict[str, str]:
    """Passwords and keys of a channel, as far as they can be read here."""
    text = vault.opened(channel.sealed, what(channel))
    return dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line)


def seal(channel: Channel, kept: dict[str, str]) -> None:
    """Put these secrets into it."""
    channel.sealed = vault.close("\n".join(f"{key}={text}" for key, text in kept.items()), what(channel))


def what(channel: Channel) -> str:
    """What a channel's secrets are bound to."""
    return f"channel {channel.pk}"


def token_of(channel: Channel) -> str:
    """A token that opens the mailbox now. NoToken when the provider gives none."""
    place = _place(channel)
    known = vault.opened(str(cache.get(place) or ""), what(channel))
    return known or _new(channel, place)


def forget(channel: Channel) -> None:
    """The mailbox did not take the token: the next look asks for another one."""
    cache.delete(_place(channel))


def _place(channel: Channel) -> str:
    return f"mailbox-token:{channel.pk.hex}:{channel.version}"


def _new(channel: Channel, place: str) -> str:
    said = _asked(channel)
    token = str(said["access_token"])
    lasts = said.get("expires_in")
    if isinstance(lasts, int) and lasts > _EARLY:
        cache.set(place, vault.close(token, what(channel)), min(lasts, _LONGEST) - _EARLY)
    if said.get("refresh_token"):
        _keep(channel, str(said["refresh_token"]))
    return token


def _asked(channel: Channel) -> dict[str, Any]:
    options, secret = channel.options, secrets_of(channel)
    address, scope = SERVERS[options["auth"]]
    form = {"grant_type": "refresh_token", "refresh_token": secret.get("refresh_token", "")}
    form |= {"client_id": options["client_id"], "client_secret": secret.get("client_secret", "")}
    form |= {"scope": scope} if scope else {}
    form = {name: text for name, text in form.items() if text}
    try:
        answer = fetching.fetch(address.format(tenant=quote(options["tenant"] or "common", safe="")), form=form)
        said = answer.json()
    except fetching.Unreachable as no:
        raise NoToken(f"The provider did not answer when asked for a token. {no.message}") from no
    if answer.status == 200 and said.get("access_token"):
        return said
    if answer.status in (400, 401, 403):
        code = str(said.get("error", ""))[:40]
        words = "The provider refused the token. Please connect the mailbox anew."
        raise NoToken(f"{words} ({code})" if code.replace("_", "").isalpha() else words)
    raise NoToken(f"The provider answered {answer.status} when asked for a token.")


def _keep(channel: Channel, refresh_token: str) -> None:
    with transaction.atomic():
        row = Channel.objects.select_for_update().get(pk=channel.pk)
        kept = secrets_of(row)
        if kept.get("refresh_token") != secrets_of(channel).get("refresh_token"):
            return  # somebody has connected it anew meanwhile
        seal(row, kept | {"refresh_token": refresh_token})
        row.save(update_fields=["sealed"])
        channel.sealed = row.sealed
