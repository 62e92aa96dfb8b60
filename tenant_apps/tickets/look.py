"""The look of what somebody types: a few marks of Markdown become rich text, and everything else stays as it is."""

import re
from functools import cache
from typing import Any

from tenant_apps.tickets.text import clean_html

# No headings, tables, pictures, HTML, indented code or backslashes: what is typed is a letter, not a program, and a
# path or a line with a # has to stay what it is.
_RULES = (
    *("emphasis", "balance_pairs", "fragments_join", "link", "autolink", "linkify", "backticks", "newline"),
    *("list", "blockquote", "fence", "hr"),
)
_DEEPEST, _MOST_BRACKETS = 100, 500
# Deeper than the reader follows, where it would leave words out: ten lists or quotes in one another are no letter.
_TOO_DEEP = re.compile(r"^(?:[ \t]{0,9}(?:>|[-*+]|\d{1,9}[.)])){12}", re.MULTILINE)
_FARTHEST = re.compile(r"^[ \t]{40,}+(?:>|[-*+]|\d{1,9}[.)])", re.MULTILINE)
# Whoever answers below a quoted line does not go on quoting.
_ANSWERED = re.compile(r"^([ \t]?>[^\n]*\n)(?=[^\n>])", re.MULTILINE)
_PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak"}


def look_of(text: str) -> str:
    """The text as clean HTML: bold, italic, links, lists, quotes and code; "" when it has no marks, or too many.

    The text itself is kept beside it and stays what its writer changes later on.
    """
    if _TOO_DEEP.search(text) or _FARTHEST.search(text) or text.count("[") > _MOST_BRACKETS:
        return ""
    reader = _reader()
    tokens = reader.parse(_ANSWERED.sub(r"\1\n", text))
    if not any(_shows(one) for token in tokens for one in (token, *(token.children or ()))):
        return ""
    html: str = reader.renderer.render(tokens, reader.options, {})
    return clean_html(html).strip()


def _shows(token: Any) -> bool:
    """Whether it is more than words; an address that stands there as it is becomes a link anyway."""
    return token.type not in _PLAIN and token.markup not in {"linkify", "autolink"}


@cache
def _reader() -> Any:
    from markdown_it import MarkdownIt  # nobody needs it until somebody writes

    options = {"html": False, "breaks": True, "linkify": True, "maxNesting": _DEEPEST}
    return MarkdownIt("zero", options).enable(list(_RULES))
