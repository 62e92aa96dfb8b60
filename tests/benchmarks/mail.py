"""`bench mail`: ordinary mails through everything that happens to them, on one worker: read, decided, filed.

Half of them are new requests, the others answers to reply addresses; most have two ways to say it, some a file. They
are taken in first, as by the mail server, each in a transaction of its own. Then one thread deals with them as the
worker does, and with what follows from them. The same once more with one mail for each of many companies in turn, which
is the shortest batch there is, and in a company with many requests: it should make no difference.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from portico import tasks
from portico.database import CompanyRef, company_scope
from portico.replying import reply_address
from tenant_apps.mailroom import intake
from tenant_apps.mailroom.models import Incoming
from tests.benchmarks.rig import databases, fleet, home, processor, wishes
from tests.benchmarks.rig.figures import Stopwatch, line, step
from tests.benchmarks.rig.working import due, work_off

Mail = tuple[CompanyRef, str, bytes]
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
    """Lines for one company, one for many in turn, one for many requests (`size`, 20,000)."""
    asked = wishes.read(options)
    count, companies, rows = asked.pick(600, 6), asked.pick(40, 2), asked.sized(20_000, 60)
    with databases.own():
        with step("companies"):
            fleet.build(companies + 1)
            fleet.settle()
            *refs, large = fleet.companies()[: companies + 1]
        _rate([_mails(refs[0], asked.pick(40, 2), 0)])  # the reader starts, statements are known
        mails = _mails(refs[0], count, 1)
        one = _rate([mails])
        yield line("mail", "taken in", mails=count, mails_per_s=one.taken_in)
        yield _line("one company", one, target=f">= {TARGET} mails/s", met=one.filed >= TARGET)
        yield _follow(refs[0])
        each = [_mails(company, max(2, count // companies), place) for place, company in enumerate(refs)]
        turns = [list(some) for some in zip(*each, strict=True)]
        yield _flat("companies in turn", _rate(turns), one, companies=companies)
        with step(f"{rows} requests"):
            home.furnish(large, rows)
        yield _flat("many requests", _rate([_mails(large, count, 2)]), one, requests=rows)


@dataclass(frozen=True, slots=True)
class Rates:
    """Mails in a second; milliseconds of the processor for each, by who used them."""

    mails: int
    taken_in: float
    filed: float
    spent: dict[str, float]


def _rate(rounds: list[list[Mail]]) -> Rates:
    """All mails of a round are taken in before the worker is told of any."""
    taken = filed = 0.0
    used = Counter[str]()
    for mails in rounds:
        waiting = list(dict.fromkeys(company for company, *_ in mails))
        with Stopwatch() as watch:
            for _, to, raw in mails:
                intake.deliver(raw, to, via="bench")
        taken += watch.seconds
        while messages := _messages(waiting):
            with Stopwatch() as watch, processor.used(used):
                for company, key in messages:
                    tasks.ingest_inbound_email(company.id, company.generation, key)
            filed += watch.seconds
        _require_filed(waiting)
    count = sum(map(len, rounds))
    spent = {name: round(1000 * seconds / count, 1) for name, seconds in used.items()}
    return Rates(count, round(count / taken, 1), round(count / filed, 1), spent)


def _messages(companies: Iterable[CompanyRef]) -> list[tuple[CompanyRef, str]]:
    """What the queue tells the worker: one message for each company that has mail. It is not the worker who looks."""
    found = ((company, due(company, "ingest_inbound_email")) for company in companies)
    return [(company, keys[0]) for company, keys in found if keys]


def _follow(company: CompanyRef) -> dict[str, Any]:
    """What happened is told to whom it concerns, as the worker does: an event or two for each mail."""
    events, used = len(due(company, "react")), Counter[str]()
    with Stopwatch() as watch, processor.used(used):
        work_off(tasks.react, "react", company)
    spent = {name: round(1000 * seconds / events, 1) for name, seconds in used.items()}
    return line("mail", "what follows", events=events, per_s=round(events / watch.seconds, 1), processor_ms=spent)


def _mails(company: CompanyRef, count: int, place: int) -> list[Mail]:
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
    chance.shuffle(found)
    return found


def _mail(sender: str, to: str, chance: float) -> bytes:
    file = _FILE if chance < 0.15 else ""
    return _MAIL.format(n=sender, to=to, id=uuid4().hex, words=_WORDS, file=file).encode()


def _deal(company: CompanyRef, recipient: str, raw: bytes) -> UUID:
    """Take a mail in and deal with it; the request it is in."""
    key = intake.deliver(raw, recipient, via="bench")
    tasks.ingest_inbound_email(company.id, company.generation, key.hex)
    with company_scope(company), transaction.atomic():
        return Incoming.objects.values_list("ticket_id", flat=True).get(pk=key) or key


def _require_filed(companies: Iterable[CompanyRef]) -> None:
    for company in companies:
        with company_scope(company), transaction.atomic():
            left = list(Incoming.objects.exclude(state=Incoming.State.FILED).values_list("why", flat=True)[:3])
        if left:
            raise RuntimeError(f"Mails were not filed: {left}")


def _flat(case: str, rates: Rates, one: Rates, **more: Any) -> dict[str, Any]:
    ratio = round(rates.filed / one.filed, 2)
    return _line(case, rates, ratio=ratio, **more, target=f">= {FLAT} of one company", met=ratio >= FLAT)


def _line(case: str, rates: Rates, **more: Any) -> dict[str, Any]:
    return line("mail", case, mails=rates.mails, mails_per_s=rates.filed, processor_ms=rates.spent, **more)
