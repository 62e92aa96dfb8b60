"""What a company can ask about: the platform's subject catalogue, read from `public`."""

import time

from django.apps import apps

_SECONDS = 30
# When it was read, all labels, what is on offer, what became part of something else, and of what.
_Read = tuple[dict[str, str], frozenset[str], dict[str, str]]
_kept: tuple[float, _Read] = (0.0, ({}, frozenset(), {}))


def labels() -> dict[str, str]:
    """Key and label of every subject in the catalogue's order, retired ones included: old tickets still name them."""
    return _read()[0]


def in_use() -> dict[str, str]:
    """The same without what became part of another subject."""
    names, _, merged = _read()
    return {key: label for key, label in names.items() if key not in merged}


def choices() -> list[tuple[str, str]]:
    """The subjects on offer for a new ticket, at this moment."""
    forget()
    names, on_offer, _ = _read()
    return [(key, label) for key, label in names.items() if key in on_offer]


def label_of(key: str) -> str:
    """The subject in words; the key itself for one that the catalogue has lost."""
    return labels().get(key, key)


def is_on_offer(key: str) -> bool:
    """Whether a new ticket may be about this, at this moment."""
    forget()
    return key in _read()[1]


def offered_for(key: str) -> str:
    """What a new ticket is about that nobody chose a subject for, at this moment: this one, or what became of it.

    A subject that is part of another leads to that one; a retired one to the last on offer, where the rest goes.
    """
    forget()
    names, on_offer, merged = _read()
    key = merged.get(key, key)
    return key if key in on_offer else next((one for one in reversed(names) if one in on_offer), key)


def forget() -> None:
    """Read the catalogue anew the next time."""
    global _kept
    _kept = (0.0, ({}, frozenset(), {}))


def _read() -> _Read:
    global _kept
    read_at, found = _kept
    if found[0] and time.monotonic() - read_at < _SECONDS:
        return found
    # The catalogue is the same for all companies and holds nothing of theirs: the one thing that may be kept in the
    # process. The model is named, not imported: companies' apps know nothing of the platform's.
    subjects = apps.get_model("staff", "Subject").objects.order_by("position", "key")
    rows: list[tuple[str, str, bool, str | None]] = list(
        subjects.values_list("key", "label", "is_active", "merged_into_id")
    )
    names = {key: label for key, label, _, _ in rows}
    on_offer = frozenset(key for key, _, is_active, _ in rows if is_active)
    found = (names, on_offer, {key: into for key, _, _, into in rows if into})
    _kept = (time.monotonic(), found)
    return found
