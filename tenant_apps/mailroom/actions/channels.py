"""Setting up where mail comes in: addresses, what requests of each get, and how the mail gets here."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenant_apps.mailroom import mailboxes, tokens, watching
from tenant_apps.mailroom.addresses import plain
from tenant_apps.mailroom.models import Channel
from tenant_apps.tickets import access, kinds, settings
from tenant_apps.tickets.text import clean_text

PROVIDERS = {
    "postmark": "Postmark",
    "mailgun": "Mailgun",
    "sendgrid": "SendGrid",
    "resend": "Resend",
    "ses": "Amazon SES",
    "brevo": "Brevo",
}
# What has to be given of a provider: the key that its posts are signed with, the one that its API is asked with.
KEYS = {
    "mailgun": {"signing_key": "Mailgun signs what it posts. Please give its webhook signing key."},
    "resend": {
        "signing_key": "Resend signs what it posts. Please give the webhook’s signing secret (whsec_…).",
        "api_key": "Resend posts where a mail lies. Please give a key of its API to fetch it with.",
    },
    "brevo": {"api_key": "Brevo posts where files lie. Please give a key of its API to fetch them with."},
}
WAYS_IN = {"password": "Password", "microsoft": "Microsoft (OAuth)", "google": "Google (OAuth)"}
MOST = 50
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")
_COLUMNS = ("name", "address", "way", "provider", "department", "type", "signature", "is_default")


@transaction.atomic
def keep(channel: Channel | None, given: Mapping[str, Any], *, by: Actor, seen_version: int | None = None) -> Channel:
    """Set up a channel, or change one. `given` holds its columns, `options` of a mailbox, and `secrets`.

    A secret that is left empty stays as it was. What is the default is it alone. Invalid names what cannot be taken.
    """
    access.require(by, "configure", access.COMPANY_DESK)
    row = _locked(channel, seen_version) if channel else Channel(code=secrets.token_urlsafe(24))
    if channel is None and Channel.objects.filter(is_active=True).count() >= MOST:
        raise Refused("too_many", f"At most {MOST} channels fit.")
    for name, value in _read(given).items():
        setattr(row, name, value)
    kept = {**tokens.secrets_of(row), **{key: text for key, text in given.get("secrets", {}).items() if text}}
    _require_whole(row, kept)
    tokens.seal(row, kept)
    row.version += bool(channel)
    if row.is_default:
        Channel.objects.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid({"address": ["Another channel has this address."]}) from None
    record(
        "channel.update" if channel else "channel.create", row, by=by, name=row.name, address=row.address, way=row.way
    )
    mailboxes.look_soon(row)
    watching.watch_later()
    return row


@transaction.atomic
def set_active(channel: Channel, is_active: bool, *, by: Actor) -> Channel:
    """End a channel, or begin it again. Its mails and what they became stay."""
    access.require(by, "configure", access.COMPANY_DESK)
    row = _locked(channel, None)
    if row.is_active == is_active:
        return row
    row.is_active, row.version = is_active, row.version + 1
    row.is_default = row.is_default and is_active
    row.save(update_fields=["is_active", "is_default", "version"])
    record("channel.begin" if is_active else "channel.end", row, by=by, name=row.name, address=row.address)
    mailboxes.look_soon(row)
    return row


def _locked(channel: Channel, seen_version: int | None) -> Channel:
    row = Channel.objects.select_for_update().filter(pk=channel.pk).first()
    if row is None:
        raise Missing
    if seen_version is not None and seen_version != row.version:
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    return row


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    found = {name: given[name] for name in _COLUMNS if name in given}
    found["name"] = clean_text("name", str(given.get("name", "")), limit=60)
    found["address"] = plain(str(given.get("address", "")))
    found["signature"] = clean_text("signature", str(given.get("signature", "")), limit=2000, required=False)
    found["is_default"] = bool(given.get("is_default"))
    found["options"] = _options(given.get("options", {}), wrong) if given.get("way") == "imap" else {}
    if not found["address"]:
        wrong["address"] = ["This is not an e-mail address."]
    if given.get("way") not in Channel.Way.values:
        wrong["way"] = ["Please choose how the mail gets here."]
    found["provider"] = given.get("provider", "") if given.get("way") == "webhook" else ""
    if given.get("way") == "webhook" and found["provider"] not in PROVIDERS:
        wrong["provider"] = ["Please choose a provider."]
    if given.get("department", "") not in ("", *settings.departments()):
        wrong["department"] = ["There is no such department."]
    if given.get("type", "") not in ("", *(one.key for one in kinds.load().offered_to(agent=False))):
        wrong["type"] = ["Customers are not offered this type of request."]
    if wrong:
        raise Invalid(wrong)
    return found


def _options(given: Mapping[str, Any], wrong: dict[str, list[str]]) -> dict[str, Any]:
    host, port = str(given.get("host", "")).strip().lower(), str(given.get("port", "") or "993")
    if not _HOST.fullmatch(host):
        wrong["host"] = ["Please write the name of the mail server, like imap.example.com."]
    if not port.isdecimal() or not 0 < int(port[:6]) < 65536:
        wrong["port"] = ["Please write a port, like 993."]
        port = "993"
    way = given.get("auth", "password")
    if way not in WAYS_IN:
        wrong["auth"] = ["Please choose how to sign in there."]
    texts = {
        name: " ".join(str(given.get(name, "")).split())[:200] for name in ("user", "folder", "client_id", "tenant")
    }
    trusted = str(given.get("trusted", "")).strip().lower()[:200]
    more = {"host": host, "port": int(port), "auth": way, "trusted": trusted, "is_plain": bool(given.get("is_plain"))}
    return texts | more | {"folder": texts["folder"] or "INBOX"}


def _require_whole(row: Channel, kept: Mapping[str, str]) -> None:
    wrong: dict[str, list[str]] = {}
    if row.way == "webhook":
        wrong |= {name: [words] for name, words in KEYS.get(row.provider, {}).items() if not kept.get(name)}
    if row.way == "imap":
        needs = ("password",) if row.options["auth"] == "password" else ("refresh_token",)
        wrong |= {name: ["Please give it."] for name in needs if not kept.get(name)}
        if not row.options["user"]:
            wrong["user"] = ["Please write the name that signs in there."]
    if wrong:
        raise Invalid(wrong)
