"""`bench mailout`: letters written down in a second, and letters that leave in a second, by one worker's one thread.

Each is taken up, filled in, put together as text and HTML, handed over to a folder, and settled, as the worker does
it: three transactions for a letter. The same again with the company's signature, which is what costs a processor most.
"""

from collections import Counter
from collections.abc import Iterable
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from portico import mailing, tasks
from portico.database import CompanyRef, company_scope
from portico.mailing import Letter
from shared_apps.mail import senders
from shared_apps.mail.models import Outgoing, Sender
from tests.benchmarks.rig import databases, fleet, processor, wishes
from tests.benchmarks.rig.figures import Stopwatch, line, step
from tests.benchmarks.rig.working import work_off

TARGET = 50
_AT_ONCE = 20


def run(options: object) -> Iterable[dict[str, Any]]:
    """One line for writing down, one for leaving, one for leaving with a signature; `size` is letters (500)."""
    asked = wishes.read(options)
    size = asked.sized(500, 10)
    with databases.own(), TemporaryDirectory() as folder:
        settings.EMAIL_URL = f"file://{folder}"
        with step("a company"):
            fleet.build(1)
            fleet.settle()
            company = fleet.furnish(fleet.companies()[0]).company
        keys, watch = _post(company, size)
        yield line("mailout", "written down", letters=size, per_s=round(size / watch.seconds))
        yield _leave("leaves", company, keys)
        with company_scope(company), transaction.atomic():
            _sign(company)
        keys, _ = _post(company, size)
        yield _leave("leaves, signed", company, keys)


def _post(company: CompanyRef, size: int) -> tuple[list[UUID], Stopwatch]:
    words = {"words": "We will send you another lamp today.\n\nIt should be with you on Friday. " * 5}
    keys: list[UUID] = []
    with Stopwatch() as watch:
        for begin in range(0, size, _AT_ONCE):
            some = [
                Letter(to=f"c{number}@client.example", name="Cleo", template="test", facts=words, stream="ticket")
                for number in range(begin, min(begin + _AT_ONCE, size))
            ]
            with company_scope(company), transaction.atomic():
                keys += mailing.post_all(some)
    return keys, watch


def _sign(company: CompanyRef) -> None:
    """A signature for a domain that is taken for proven: what it costs is looked at here, not whose it is."""
    private, public = senders.new_pair()
    row = Sender(address="desk@bench.example", selector="bench", public_key=public)
    senders.seal(row, {"dkim": private})
    row.save()
    senders.is_proven = lambda sender: bool(sender.address)


def _leave(case: str, company: CompanyRef, keys: list[UUID]) -> dict[str, Any]:
    used = Counter[str]()
    with Stopwatch() as watch, processor.used(used):
        work_off(tasks.letter, "letter", company)
    with company_scope(company), transaction.atomic():
        sent = Outgoing.objects.filter(pk__in=keys, state="sent").count()
    rate = sent / watch.seconds
    met = rate >= TARGET and sent == len(keys)
    spent = {name: round(1000 * seconds / len(keys), 1) for name, seconds in used.items()}
    figures = {"letters": len(keys), "sent": sent, "per_s": round(rate, 1), "processor_ms": spent}
    return line("mailout", case, **figures, target=f">= {TARGET} letters/s", met=met)
