"""What a company can ask about: the platform's subject catalogue, read from `public`."""

import time

from django.apps import apps

_SECONDS = 30
_kept: tuple[float, dict[str, str], frozenset[str]] = (0.0, {}, frozenset())


def labels() -> dict[str, str]:
    """Key and label of every subject in the catalogue's order, retired ones included: old tickets still name them."""
    return _read()[0]


def choices() -> list[tuple[str, str]]:
    """The subjects on offer for a new ticket."""
    names, on_offer = _read()
    return [(key, label) for key, label in names.items() if key in on_offer]


def label_of(key: str) -> str:
    """The subject in words; the key itself for one that the catalogue has lost."""
    return labels().get(key, key)


def is_on_offer(key: str) -> bool:
    """Whether a new ticket may be about this."""
    return key in _read()[1]


def forget() -> None:
    """Read the catalogue anew the next time."""
    global _kept
    _kept = (0.0, {}, frozenset())


def _read() -> tuple[dict[str, str], frozenset[str]]:
    global _kept
    read_at, names, on_offer = _kept
    if names and time.monotonic() - read_at < _SECONDS:
        return names, on_offer
    # The catalogue is the same for all companies and holds nothing of theirs: the one thing that may be kept in the
    # process. The model is named, not imported: companies' apps know nothing of the platform's.
    subjects = apps.get_model("staff", "Subject").objects.order_by("position", "key")
    rows: list[tuple[str, str, bool]] = list(subjects.values_list("key", "label", "is_active"))
    names = {key: label for key, label, _ in rows}
    on_offer = frozenset(key for key, _, is_active in rows if is_active)
    _kept = (time.monotonic(), names, on_offer)
    return names, on_offer
