"""Markup that is put together once for each way in which it can read, and filled with other words every time after.

A template walks through every tag of a row for every row, though what comes of it hangs on a few things: which details
are shown, whether something is unread. What is kept here is what the very same template made of just these things.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from django.template import Context, engines
from django.utils.safestring import SafeString

from portico import links

MOST_WAYS, MOST_LENGTH = 500, 1_000_000  # of one drawing, in one process
_TEXTS: dict[type, Callable[[Any], str]] = {str: escape, SafeString: str.__str__, UUID: str, int: str}
_STANDS = "stands"  # in a key: a text, whichever
_SIGN = secrets.token_hex(8)  # no text of a person has it, for nobody knows it
_MARKS = re.compile(rf"\ufdd0{_SIGN}(\d+)\ufdd1")


class Word(str):
    """A text that a template may compare: it decides how the markup reads, as flags do."""

    __slots__ = ()


class Looked(RuntimeError):
    """A template asked more of a text than to write it down: what it made of it would be said of other texts, too."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to read: the markup with `%s` where a text stands, and which text that is."""

    markup: str
    places: tuple[int, ...]

    def filled(self, texts: list[str]) -> str:
        return self.markup % tuple([texts[place] for place in self.places])


class Drawing:
    """The markup of a template. Called with everything that the template sees: it knows nothing else.

    Texts, numbers and ids only stand in the markup: the template writes them down and neither compares nor filters
    them. They are not kept. Whatever else it is given decides how it reads: flags, None, an empty text, a `Word`, and
    tuples and frozen values of any kind. All of that is the key of what is kept, so that it can be nobody else's and
    never out of date. TypeError for what can change and so is no key; times have to come as they are said (`when`), for
    a template must not look at the clock either.
    """

    def __init__(self, template: str) -> None:
        self.template = template
        self._known: dict[object, _Way] = {}
        self._length = 0

    def __call__(self, **values: Any) -> SafeString:
        """The markup with these values; Looked when the template does more with a text than to write it down."""
        decide: list[object] = []
        texts: list[str] = []
        for value in values.values():
            if value is None or value is True or value is False:
                decide.append(value)
                continue
            kind = type(value)
            if value and kind in _TEXTS:
                texts.append(_TEXTS[kind](value))
                decide.append(_STANDS)
            else:
                decide.append((kind, value))
        key = links.place(), tuple(values), tuple(decide)
        way = self._known.get(key) or self._kept(key, values)
        return SafeString(way.filled(texts))

    def _kept(self, key: object, values: dict[str, Any]) -> _Way:
        way = self._drawn(values)
        length = len(way.markup)
        if len(self._known) >= MOST_WAYS or self._length + length > MOST_LENGTH:
            self._known, self._length = {}, 0
        self._known[key] = way
        self._length += length
        return way

    def _drawn(self, values: dict[str, Any]) -> _Way:
        looked: list[str] = []
        names = [name for name, value in values.items() if value and type(value) in _TEXTS]
        marks = {name: _Mark(f"\ufdd0{_SIGN}{place}\ufdd1") for place, name in enumerate(names)}
        for name, mark in marks.items():
            mark.name, mark.looked = name, looked
        engine: Any = engines["django"]
        text = engine.get_template(self.template).template.render(Context(values | marks))
        if looked:
            raise Looked(f"{self.template} looks at {', '.join(sorted(set(looked)))}.")
        places = tuple(int(place) for place in _MARKS.findall(text))
        return _Way(_MARKS.sub("%s", text.replace("%", "%%")), places)


class _Mark(SafeString):
    """What stands in the place of a text while a template is drawn. It is there, and that is all it tells."""

    name: str
    looked: list[str]

    def __bool__(self) -> bool:
        return True

    def __html__(self) -> "_Mark":
        return self

    def __str__(self) -> "_Mark":
        return self


def _look(mark: _Mark, *given: object, **_: object) -> bool:
    if given == ("NOTPROVIDED",):
        return False  # Django's `csrf_token` asks this of its own word: it is there
    mark.looked.append(mark.name)
    raise Looked(mark.name)


_ASKED = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__len__", "__iter__", "__contains__"}
_ASKED |= {"__getitem__", "__mod__", "__add__", *(name for name in dir(str) if not name.startswith("_"))}
for _name in _ASKED:
    setattr(_Mark, _name, _look)
