"""What the palette answers, for tests of pages."""

import re
from html import unescape
from string import ascii_lowercase
from typing import Any

_OPTION = re.compile(
    r'<(?:a|div) role="option"[^>]*?(?:href="([^"]*)"|data-press="([^"]*)")[^>]*>(.*?)</(?:a|div)>', re.S
)
_LABEL = re.compile(r'<span class="clip">(.*?)</span>', re.S)
_RAIL = re.compile(r'<a(?![^>]*class="home")[^>]*href="([^"]*)"[^>]*aria-label="([^"]*)"')


def options(client: Any, find: str, words: str = "", on: str = "") -> dict[str, str]:
    """The options with what each leads to: an address, or "press x"."""
    answer = client.get(find, {"q": words, "on": on}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    found = _OPTION.findall(answer.content.decode())
    return {unescape(_LABEL.findall(inner)[0]): unescape(href) or f"press {key}" for href, key, inner in found}


def pages(client: Any, find: str) -> set[str]:
    """Every page that the palette offers for some letter."""
    found = [options(client, find, letter) for letter in ["", *ascii_lowercase]]
    return {href for some in found for label, href in some.items() if href.startswith("/") and "?" not in href}


def rail(page: str) -> dict[str, str]:
    """What stands in the rail of a page: addresses by their words."""
    start, end = page.index('<nav class="rail"'), page.index('class="menu"')
    return {label: href for href, label in _RAIL.findall(page[start:end])}
