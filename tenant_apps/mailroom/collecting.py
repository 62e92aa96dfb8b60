"""What a provider's post only names is fetched: Resend's whole mail, Brevo's files, and from the company's own bucket
what Amazon has put there.

The worker does that before the mail is read, between two transactions: a slow provider holds nothing of ours. What
cannot be had is tried again with growing pauses, then the mail is held back with the reason; whoever tries it again
begins anew.
"""

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from portico import clock, fetching
from portico.fetching import Unreachable
from portico.storage import CompanyStorage
from tenant_apps.mailroom import buckets, filing, health
from tenant_apps.mailroom.actions.taking import COLLECT, MOST_BYTES, ingest_later
from tenant_apps.mailroom.models import Incoming
from tenant_apps.mailroom.tokens import secrets_of
from tenants.due import forget, remind

APIS = {"resend": "https://api.resend.com", "brevo": "https://api.brevo.com/v3"}
MOST_FILES, MOST_TRIES = 50, 8
# For one file, and for all of a mail: the worker has others to see to.
SECONDS, SECONDS_FOR_ALL = 30.0, 90.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
# Fetching is over by then, or the worker has died of it.
LEASE = timedelta(minutes=3)
# Of all files of a mail together: in base 64 it has to fit into what is taken.
MOST_OF_FILES = MOST_BYTES * 7 // 10
# Where the whole mail is fetched, and no post any more.
_WHOLE = frozenset({"resend", "ses"})


def collect(key: UUID) -> None:
    """Fetch what is missing of a mail once this transaction is committed, and have it read; for the worker."""
    mail = _waiting(key)
    if mail is None:
        return
    tries = int(mail.told.get("tries", 0)) + 1
    if tries > MOST_TRIES:
        _put_aside(mail, "The worker died of it several times.")
        return
    mail.told["tries"] = tries
    mail.save(update_fields=["told"])
    remind(COLLECT, mail.pk.hex, clock.now() + LEASE)
    transaction.on_commit(partial(_fetch, mail))


def _waiting(key: UUID) -> Incoming | None:
    rows = Incoming.objects.select_for_update(of=("self",)).select_related("channel")
    mail = rows.filter(pk=key, state=Incoming.State.WAITING).first()
    return mail if mail and mail.told.get("missing") else None


def _fetch(mail: Incoming) -> None:
    """What is fetched belongs to a mail that still waits for it: somebody else may have been quicker."""
    settle: Callable[[Incoming], None]
    try:
        settle = partial(_keep, whole=_fetched(mail))
    except Unreachable as no:
        settle = partial(_again_or_never, words=no.message)
    except (ValueError, LookupError, TypeError, AttributeError) as trouble:  # the post is not what it should be
        settle = partial(_put_aside, words=f"{type(trouble).__name__}: {trouble}"[:200])
    with transaction.atomic():
        now = _waiting(mail.pk)
        if now and now.told.get("tries") == mail.told["tries"]:
            forget(COLLECT, now.pk.hex)
            settle(now)


def _fetched(mail: Incoming) -> bytes:
    whole = _WAYS[mail.told["missing"]](mail, filing.raw_of(mail))
    if len(whole) > MOST_BYTES:
        raise Unreachable("This mail is larger than anything that is taken.")
    return whole


def _keep(mail: Incoming, whole: bytes) -> None:
    """The whole mail stands where the post stood; that stays, as what came."""
    storage, name = CompanyStorage(), f"mail/{mail.pk.hex}-whole.eml"
    if storage.exists(name):  # of a try that was rolled back
        storage.delete(name)
    storage.save(name, ContentFile(whole))
    if mail.told["missing"] in _WHOLE:
        mail.told.pop("provider")
    mail.told["posted_as"] = mail.kept_as
    for one in ("missing", "tries"):
        mail.told.pop(one, None)
    mail.kept_as, mail.size = name, len(whole)
    mail.save(update_fields=["told", "kept_as", "size"])
    ingest_later(mail)


def _again_or_never(mail: Incoming, words: str) -> None:
    tries = mail.told["tries"]
    if mail.channel:
        health.failed(mail.channel, f"What came there cannot be fetched: {words}")
    if tries >= MOST_TRIES:
        _put_aside(mail, words)
        return
    remind(COLLECT, mail.pk.hex, clock.now() + min(FIRST_PAUSE * (1 << tries), LONGEST_PAUSE))


def _put_aside(mail: Incoming, words: str) -> None:
    mail.told.pop("tries", None)
    filing.put_aside(mail, "not_fetched", words=words)


def _from_resend(mail: Incoming, post: bytes) -> bytes:
    """The mail as it came to Resend; its API says where that lies for a while."""
    number = str(json.loads(post)["data"]["email_id"])
    address = f"{APIS['resend']}/emails/receiving/{quote(number, safe='')}"
    told = _asked(address, {"Authorization": f"Bearer {_key(mail)}"}, fetching.MOST_BYTES * 8).json()
    where = (told.get("raw") or {}).get("download_url")
    if not where:
        raise Unreachable("Resend does not give this mail as it came.")
    return _asked(str(where), {}, MOST_BYTES).body


def _from_brevo(mail: Incoming, post: bytes) -> bytes:
    """The post with the files in it that it names by tokens."""
    said, room, until = json.loads(post), MOST_OF_FILES, time.monotonic() + SECONDS_FOR_ALL
    files = said["items"][0].get("Attachments") or []
    if len(files) > MOST_FILES:
        raise ValueError(f"more than {MOST_FILES} files")
    for one in files:
        address = f"{APIS['brevo']}/inbound/attachments/{quote(str(one['DownloadToken']), safe='')}"
        if time.monotonic() > until:
            raise Unreachable("Its files take too long to come.")
        content = _asked(address, {"api-key": _key(mail)}, room).body
        room -= len(content)
        one["Content"] = base64.b64encode(content).decode()
    return json.dumps(said).encode()


def _from_bucket(mail: Incoming, post: bytes) -> bytes:
    """The mail as Amazon has put it into the company's bucket."""
    address = buckets.address_of(json.loads(post), _key(mail, "access_key"), _key(mail))
    return _asked(address, {}, MOST_BYTES).body


_WAYS: dict[str, Callable[[Incoming, bytes], bytes]] = {
    "resend": _from_resend,
    "brevo": _from_brevo,
    "ses": _from_bucket,
}


def _asked(address: str, headers: dict[str, str], most: int) -> fetching.Answer:
    answer = fetching.fetch(address, headers=headers, most_bytes=most, seconds=SECONDS)
    if answer.status != 200:
        words = {401: "it refused the key", 403: "it refused the key", 404: "it is not there any more"}
        raise Unreachable(f"The provider answered {answer.status}: {words.get(answer.status, 'no file came')}.")
    return answer


def _key(mail: Incoming, name: str = "api_key") -> str:
    found: Any = secrets_of(mail.channel).get(name) if mail.channel else ""
    if not found:
        raise Unreachable("The channel has no key to ask its provider with.")
    return str(found)
