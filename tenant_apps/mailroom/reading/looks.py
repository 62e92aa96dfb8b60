"""The HTML of a mail: as words, and as a look that can be shown in a frame without doing anything."""

import base64
import re
from collections.abc import Mapping
from html import unescape

from tenant_apps.mailroom.reading.limits import HTML, LOOK, TEXT
from tenant_apps.mailroom.reading.words import cleaned

_HIDDEN = re.compile(r"<(style|script|title|head)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|hr)\b[^>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}>")
_BLANKS = re.compile(r"\n\s*\n\s*\n+")
_TAGS = {
    *("a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup"),
    *("dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li"),
    *("ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "tt", "u", "ul"),
}
_ANY = {"align", "bgcolor", "color", "dir", "height", "style", "title", "valign", "width", "border", "cellpadding"}
_ATTRIBUTES = {
    "*": _ANY,
    "a": {"href"},
    "img": {"src", "alt"},
    "font": {"face", "size"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start", "type"},
}
_STYLES = {
    *("background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius"),
    *("border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display"),
    *("font", "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height"),
    *("list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width"),
    *("min-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align"),
    *("text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width", "word-break"),
}
_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_MOST_TAGS = 20_000  # of more than that, building a tree takes too long
_LARGEST, _MOST = 400_000, 1_000_000


def words_of(html: str) -> str:
    """What a reader without a look reads of it."""
    html = html[:HTML]
    try:
        if html.count("<") > _MOST_TAGS:
            raise ValueError
        from inscriptis import get_text

        return cleaned(get_text(html)).strip()[:TEXT]
    except Exception:  # whatever a parser of somebody else's HTML stumbles over: its words are found without it
        plain = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", html)))
        return cleaned(_BLANKS.sub("\n\n", unescape(plain))).strip()[:TEXT]


def look_of(html: str, pictures: Mapping[str, tuple[str, bytes]]) -> str:
    """The same without scripts, forms and frames; pictures that came along are in it, those from elsewhere are named.

    `pictures` are kind and bytes by Content-ID.
    """
    import nh3

    if html.count("<") > _MOST_TAGS:
        return ""
    room = [_MOST]

    def kept(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return _picture(value.strip(), pictures, room)
        if name == "href" and value.strip().lower().startswith(("data:", "cid:")):
            return None
        if name == "style" and ("url" in value.lower() or "\\" in value or "expression" in value.lower()):
            return None
        return value

    look = nh3.clean(
        html[:HTML],
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags={"script", "style", "title"},
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return look if len(look) <= LOOK else ""


def _picture(source: str, pictures: Mapping[str, tuple[str, bytes]], room: list[int]) -> str | None:
    if not source.lower().startswith("cid:"):
        return None  # what is fetched from elsewhere tells its owner who reads, and when
    kind, content = pictures.get(source[4:].strip("<>"), ("", b""))
    if kind not in _PICTURES or len(content) > min(_LARGEST, room[0]):
        return None
    room[0] -= len(content)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
