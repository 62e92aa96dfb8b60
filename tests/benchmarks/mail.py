"""`bench mail`: ordinary mails through everything that happens to them, on one worker: kept, read, decided, filed.

Half of them are new requests, the others answers to reply addresses; most have two ways to say it, some a file. Each is
taken in and dealt with in a transaction of its own, as it is by the mail server and the worker. The same once more over
many companies in turn, and in a company with many requests: it should make no difference.
"""

import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from portico import tasks
from portico.database import CompanyRef, company_scope
from portico.replying import reply_address
from tenant_apps.mailroom import intake
from tenant_apps.mailroom.models import Incoming
from tests.benchmarks.rig import databases, fleet, home, wishes
from tests.benchmarks.rig.figures import Stopwatch, line, step

TARGET, FLAT, EACH = 50, 0.7, 4
_WORDS = "The lamp over the stairs flickers since Monday and nobody knows why that could be so. " * 6
_MAIL = """From: Sender {n} <{n}@elsewhere.example>
To: {to}
Subject: Request {n}
Message-ID: <{id}@elsewhere.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="m"

--m
Content-Type: multipart/alternative; boundary="a"

--a
Content-Type: text/plain; charset=utf-8

{words}

Best regards
Sender

On Mon, 5 Jan 2026 at 10:00, Desk <desk@acme.example> wrote:
> {words}
--a
Content-Type: text/html; charset=utf-8

<html><body><p>{words}</p><p>Best regards<br>Sender</p><blockquote>{words}</blockquote></body></html>
--a--
{file}--m--
"""
_FILE = "--m\nContent-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n\n" + "JVBERi0x\n" * 500


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for one company, one for many in turn, one for many requests (`size`, 20,000)."""
    asked = wishes.read(options)
    count, companies, rows = asked.pick(600, 6), asked.pick(40, 2), asked.sized(20_000, 60)
    with databases.own():
        with step("companies"):
            fleet.build(companies)
            fleet.settle()
            refs = fleet.companies()[:companies]
        _rate(refs[:1], asked.pick(40, 1))  # the reader starts, statements are known
        one = _rate(refs[:1], count)
        yield _line("one company", one, count, None)
        yield _line("companies in turn", _rate(refs, count), count, one, companies=len(refs))
        with step(f"{rows} requests"):
            home.furnish(refs[1], rows)
        yield _line("many requests", _rate(refs[1:2], count), count, one, requests=rows)


def _rate(refs: list[CompanyRef], count: int) -> float:
    """Mails in a second."""
    mails = [one for place, company in enumerate(refs) for one in _mails(company, count // len(refs), place)]
    random.Random(count).shuffle(mails)
    with Stopwatch() as watch:
        for company, recipient, raw in mails:
            _deal(company, recipient, raw)
    _require_filed(refs)
    return len(mails) / watch.seconds


def _mails(company: CompanyRef, count: int, place: int) -> list[tuple[CompanyRef, str, bytes]]:
    """Half of them from strangers, half of people who have asked something before, a few each."""
    to, chance = f"{company.slug}@{settings.MAIL_HOST}", random.Random(place)
    addresses: list[tuple[str, str]] = []
    while len(addresses) * EACH < count // 2:
        sender = f"known{uuid4().hex[:8]}"
        mail = _deal(company, to, _mail(sender, to, 1.0))
        addresses.append((sender, reply_address(company, mail, f"{sender}@elsewhere.example")))
    found = [(company, to, _mail(uuid4().hex[:8], to, chance.random())) for _ in range(count - count // 2)]
    for n in range(count // 2):
        sender, address = addresses[n % len(addresses)]
        found.append((company, address, _mail(sender, address, chance.random())))
    return found


def _mail(sender: str, to: str, chance: float) -> bytes:
    file = _FILE if chance < 0.15 else ""
    return _MAIL.format(n=sender, to=to, id=uuid4().hex, words=_WORDS, file=file).encode()


def _deal(company: CompanyRef, recipient: str, raw: bytes) -> UUID:
    """Take a mail in and deal with it, as mail server and worker do; the request it is in."""
    key = intake.deliver(raw, recipient, via="bench")
    tasks.ingest_inbound_email(company.id, company.generation, key.hex)
    with company_scope(company), transaction.atomic():
        return Incoming.objects.values_list("ticket_id", flat=True).get(pk=key) or key


def _require_filed(refs: list[CompanyRef]) -> None:
    for company in refs:
        with company_scope(company), transaction.atomic():
            left = list(Incoming.objects.exclude(state=Incoming.State.FILED).values_list("why", flat=True)[:3])
        if left:
            raise RuntimeError(f"Mails were not filed: {left}")


def _line(case: str, rate: float, mails: int, one: float | None, **more: Any) -> dict[str, Any]:
    against = round(rate / one, 2) if one else None
    target = f">= {TARGET} mails/s" if one is None else f">= {FLAT} of one company"
    met = rate >= TARGET if against is None else against >= FLAT
    return line("mail", case, mails_per_s=round(rate, 1), mails=mails, ratio=against, **more, target=target, met=met)
