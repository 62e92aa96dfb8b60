"""What a run is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.management.base import CommandError

_YES = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """`size` is the benchmark's own measure; `quick` makes everything tiny: it proves the shape, never a figure."""

    size: int | None = None
    quick: bool = False

    def sized(self, usual: int, tiny: int) -> int:
        """The size asked for, else the usual one, else the tiny one."""
        return self.size or (tiny if self.quick else usual)

    def pick(self, usual: int, tiny: int) -> int:
        """Something that `size` does not govern."""
        return tiny if self.quick else usual


def read(options: object) -> Wishes:
    """From the words of the command line (`size=200 quick=1`), or a namespace; CommandError when they make no sense."""
    asked = dict(options) if isinstance(options, Mapping) else vars(options)
    unknown = sorted(set(asked) - {"size", "quick"}) if isinstance(options, Mapping) else []
    if unknown:
        raise CommandError(f"There is no option {unknown[0]!r}. There are: size=N, quick=1.")
    quick = asked.get("quick") or False
    return Wishes(_number(asked.get("size")), str(quick).lower() in _YES)


def _number(words: object) -> int | None:
    if words in (None, ""):
        return None
    text = str(words)
    if not text.isdecimal() or int(text) < 1:
        raise CommandError(f"size is a whole number from 1, not {text!r}.")
    return int(text)
