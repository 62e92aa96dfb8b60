"""The company's journal as a chain (`portico.sealing`)."""

from collections.abc import Iterator

from portico import sealing
from tenant_apps.journal.models import Event, Seal


def seal() -> Iterator[tuple[Seal, bool]]:
    """Seal everything that waits: each new seal, and whether it is the first of its hour."""
    before = Seal.objects.order_by("number").last()
    while made := sealing.seal(Event, Seal):
        for one in made:
            yield one, before is None or f"{one.sealed_at:%x %H}" != f"{before.sealed_at:%x %H}"
            before = one
