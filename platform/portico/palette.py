"""What stands behind Ctrl K on every page of workspace and console: from a few letters to a deed, a place, a request.

Workspace and console each hand in what they know; how it is met, drawn and answered is the same for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString

from portico import links
from portico.pages import render_part
from portico.templatetags.portico import icon

MOST, LONGEST = 8, 200


@dataclass(frozen=True, slots=True)
class Option:
    """One line of what was found: it leads to an address, or presses a key of the page that one is on."""

    label: str
    mark: SafeString
    address: str = ""
    press: str = ""
    keys: str = ""  # which do the same
    aside: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """What a key does on some pages; `on` are the names of their addresses."""

    label: str
    icon: str
    key: str
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to: the name of its address. A main one is offered before anything is typed."""

    name: str
    label: str
    icon: str
    keys: str = ""
    is_main: bool = False
    args: tuple[str, ...] = ()
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and on which page; `#` before it asks for requests and nothing else."""

    words: str
    page: str

    @property
    def is_alone(self) -> bool:
        return self.words.startswith("#")

    @property
    def about(self) -> str:
        """The words that requests are searched by; empty while they are too few to say anything."""
        words = self.words.lstrip("#").strip()
        return words if len(words) > 1 or words.isdecimal() else ""

    def meets(self, label: str) -> bool:
        """Whether the label, or one of its words, begins like this. Nothing typed meets everything."""
        label = label.casefold()
        starts = [0, *(place + 1 for place, sign in enumerate(label) if sign == " ")]
        return not self.is_alone and any(label.startswith(self.words.casefold(), start) for start in starts)


def asked(request: HttpRequest) -> Asked:
    """What this request asks for."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    return Asked(words, _page(request.GET.get("on", "")))


def commands(asked: Asked, known: Iterable[Command]) -> list[Option]:
    """Those that the page answers and the words meet."""
    fit = (one for one in known if asked.page in one.on and asked.meets(one.label))
    return [Option(one.label, icon(one.icon), press=one.key.lower(), keys=one.key) for one in fit]


def places(asked: Asked, known: Iterable[Place]) -> list[Option]:
    """Those that the words meet, each address once; the main ones while nothing is typed."""
    fit = (one for one in known if asked.meets(one.label) and (asked.words or one.is_main))
    found = {
        address: Option(one.label, icon(one.icon), address, keys=one.keys, aside=one.aside)
        for one in fit
        for address in [links.to(one.name, *one.args)]
    }
    return list(found.values())


def all_keys(asked: Asked) -> list[Option]:
    """The list of keys, which every page has."""
    words = "All keys"
    return [Option(words, icon("info"), press="?", keys="?")] if asked.meets(words) else []


def search(asked: Asked, address: str) -> list[Option]:
    """The way to everything that the words find: `address` ends where they are put."""
    return [Option(f"Search all requests for “{asked.about}”", icon("search"), address + quote(asked.about))]


def answer(request: HttpRequest, groups: Sequence[tuple[str, list[Option]]], asked: Asked, page: str) -> HttpResponse:
    """What was found, as the list of the palette; as a page (`page`) for those without scripts."""
    context = {"words": asked.words, "groups": [(label, some) for label, some in groups if some]}
    return render_part(request, page, "parts/_options.html", context)


def _page(path: str) -> str:
    """The name of the address that somebody is on; empty for one that is none of ours."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
