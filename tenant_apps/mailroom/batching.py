"""Several mails in turn: while one is filed, the next one is read, by the reader in its own process."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from uuid import UUID

from django.db import transaction

from tenant_apps.mailroom import filing
from tenant_apps.mailroom.actions.taking import JOB
from tenant_apps.mailroom.models import Incoming
from tenants.due import take


def in_turn(keys: Sequence[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """For each of these mails its key, and what deals with it: to be called at once, in a transaction of its own."""
    if len(keys) == 1:
        yield keys[0], partial(_deal, keys[0], None)
        return
    with transaction.atomic():
        rows = Incoming.objects.filter(pk__in=keys, state=Incoming.State.WAITING).only("kept_as", "told")
        waiting = {one.pk: one for one in rows}
    readings = [partial(filing.read_again, waiting[UUID(key)]) if UUID(key) in waiting else None for key in keys]
    with ThreadPoolExecutor(1) as reader:
        # One ahead, and no more: mails may be large.
        ahead = None
        for place, key in enumerate(keys):
            content, following = ahead or readings[place], next(iter(readings[place + 1 : place + 2]), None)
            ahead = reader.submit(copy_context().run, following).result if following else None
            yield key, partial(_deal, key, content)


def _deal(key: str, content: filing.Content | None) -> None:
    """Lead a mail to where it belongs, when it is due. One of which a worker died several times is put aside."""
    tries = take(JOB, key)
    if tries is not None:
        filing.ingest(UUID(key), content, tries=tries)
