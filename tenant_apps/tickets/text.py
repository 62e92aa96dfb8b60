"""What people write: checked once, the same for page, API and task. Rich text is cleaned when it is kept."""

from collections.abc import Iterable
from html import escape

import nh3

from portico.errors import Invalid

# What an answer may look like. Everything else falls away, its words stay; links carry nothing along.
TAGS = {"a", "b", "blockquote", "br", "code", "em", "h3", "hr", "i", "li", "ol", "p", "pre", "s", "strong", "u", "ul"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
TAG_LENGTH, MOST_TAGS = 40, 30
_SCHEMES = {"http", "https", "mailto", "tel"}


def clean_text(field: str, value: str, *, limit: int, required: bool = True) -> str:
    """The text without surrounding blanks; Invalid when it is empty, too long or cannot be stored."""
    text = value.replace("\r\n", "\n").strip()
    if not is_storable(text):
        raise Invalid({field: ["This has a character that cannot be kept. Please remove it."]})
    if not text and required:
        raise Invalid({field: ["Please write something."]})
    if len(text) > limit:
        raise Invalid({field: [f"This has {len(text):,} characters, at most {limit:,} fit."]})
    return text


def is_storable(text: str) -> bool:
    """Whether the database takes it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def clean_html(value: str) -> str:
    """Rich text with nothing in it but a look: no script, style, picture or address of another kind."""
    return nh3.clean(
        value, tags=TAGS, attributes=ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )


def plain_of(html: str) -> str:
    """The words of rich text, as somebody without a look reads them."""
    from inscriptis import get_text  # reads a megabyte of tables when it is imported; most requests never need it

    return get_text(f"<html><body>{html}</body></html>").strip()


def html_of(text: str) -> str:
    """Plain text as rich text: paragraphs and line breaks."""
    paragraphs = (escape(one).replace("\n", "<br>") for one in text.split("\n\n") if one.strip())
    return "".join(f"<p>{one}</p>" for one in paragraphs)


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags in lower case, each once, in order; Invalid for one that is too long or has a comma."""
    found: dict[str, None] = {}
    for one in tags:
        tag = " ".join(clean_text("tags", one, limit=TAG_LENGTH, required=False).lower().split())
        if "," in tag:
            raise Invalid({"tags": ["A tag has no comma."]})
        if tag:
            found[tag] = None
    if len(found) > MOST_TAGS:
        raise Invalid({"tags": [f"At most {MOST_TAGS} tags fit."]})
    return list(found)
