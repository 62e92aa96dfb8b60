"""What a message only repeats: the mail that it answers, below "On … wrote:", behind ">", or after Outlook's headers.

The headers of mail programs, in their languages, are quotequail's to know. `>` and `<blockquote>` mean the same in
every language, and are taken apart here. What a message begins with is never counted as a quote.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape

import quotequail

Part = tuple[bool, str]  # whether it repeats something, and its words

# A header stands near the beginning of a letter. More is not read, for reading takes longer than writing it did.
_MOST_LINES, _MOST_TAGS = 120, 1_000
_MAY_HAVE_HEADER = re.compile(r":[ \t]*$|^[^\s:]{1,12}(?: [^\s:]{1,8})? ?: |^\W*[-_]{3}", re.MULTILINE)
_MAY_HAVE_HEADER_OF_HTML = re.compile(r":\s*<|[-_]{3}")
_MARKED = re.compile(r"(?:^[ \t]?>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- \n", re.MULTILINE)
_BLOCK = re.compile(r"<(/?)blockquote>")
_LINE_ENDS = re.compile(r"<br>|</p>|</li>|</pre>|</div>")
_TAG = re.compile(r"<[^>]*>")


def parts_of(text: str) -> list[Part]:
    """A plain text in order, taken apart into what it says and what it repeats."""
    return list(_parts_of(text))


def own_words(text: str) -> str:
    """The text without what it repeats."""
    return "".join(words for is_quoted, words in _parts_of(text) if not is_quoted)


def parts_of_html(html: str) -> list[Part]:
    """The same of rich text that was cleaned. What comes back may have to be cleaned again."""
    return list(_parts_of_html(html))


# Conversations are read far more often than they are written in, and reading a header costs a tenth of a millisecond.
@lru_cache(512)
def _parts_of(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for is_quoted, words in _below_header(text):
        found += [(True, words)] if is_quoted else _signed(words)
    return tuple(found)


def _signed(text: str) -> Iterator[Part]:
    """What was said, and the signature below it (RFC 3676 §4.3): that repeats itself in every mail."""
    line = _SIGNATURE.search(text)
    if line is None or not text[: line.start()].strip():
        yield from _behind_marks(text)
        return
    yield from _behind_marks(text[: line.start()])
    yield True, text[line.end() :].strip("\n")


def _below_header(text: str) -> Iterator[Part]:
    """The text above the header of a mail, that mail, and what was written below it."""
    beginning = "\n".join(text.split("\n", _MOST_LINES)[:_MOST_LINES])
    mail = quotequail.unwrap(beginning) if _MAY_HAVE_HEADER.search(beginning) else None
    above = (mail or {}).get("text_top", "").strip("\n")
    if mail is None or mail["type"] == "quote" or not above.strip() or not text.startswith(above):
        yield False, text
        return
    yield False, above
    rest, below = text[len(above) :], mail.get("text_bottom", "").strip("\n")
    end = len(rest.rstrip()) - len(below) if below and rest.rstrip().endswith(below) else len(rest)
    yield True, rest[:end].strip("\n")
    yield False, rest[end:]


def _behind_marks(text: str) -> Iterator[Part]:
    end = 0
    for quote in _MARKED.finditer(text) if ">" in text else ():
        above = text[end : quote.start()].rstrip()
        line = above.rfind("\n") + 1
        is_told = _says_whose(above[line:])
        if not is_told and quote[0].strip("\n").count("\n") < 1:
            continue  # one line is a remark that is answered
        start = end + line if is_told and (line or end) else quote.start()
        yield False, text[end:start]
        yield True, text[start : quote.end()].strip("\n")
        end = quote.end()
    yield False, text[end:]


def _says_whose(line: str) -> bool:
    """Whether it names a time or an address and leads on to something, as mail programs write it in any language."""
    return line.endswith(":") and len(line) < 300 and any(sign.isdigit() or sign == "@" for sign in line)


@lru_cache(512)
def _parts_of_html(html: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for is_quoted, words in _below_header_of_html(html):
        found += [(True, words)] if is_quoted else _in_blocks(words)
    return tuple(found)


def _below_header_of_html(html: str) -> Iterator[Part]:
    may_have = html.count("<") <= _MOST_TAGS and _MAY_HAVE_HEADER_OF_HTML.search(html)
    mail = quotequail.unwrap_html(html) if may_have else None
    above = (mail or {}).get("html_top", "")
    if mail is None or mail["type"] == "quote" or not _TAG.sub("", above).strip():
        yield False, html
        return
    yield False, above
    yield True, _header(mail) + mail.get("html", "")
    yield False, mail.get("html_bottom", "")


def _header(mail: dict[str, str]) -> str:
    """The header that the library has read and taken away, in words again."""
    said = [f"{name.capitalize()}: {escape(mail[name])}" for name in ("from", "date", "to", "subject") if name in mail]
    return f"<p>{'<br>'.join(said)}</p>" if said else ""


def _in_blocks(html: str) -> Iterator[Part]:
    """Whole outermost blocks, with the line above that says whose they are. One of a single line without it stays."""
    depth = end = start = 0
    for tag in _BLOCK.finditer(html):
        start = tag.start() if not depth else start
        depth = max(0, depth + (-1 if tag[1] else 1))
        if depth or start < end:
            continue
        above, whose = _line_above(html[end:start])
        block = html[start : tag.end()]
        if not whose and len(_LINE_ENDS.findall(block)) < 2:
            continue
        yield False, above
        yield True, whose + block
        end = tag.end()
    yield False, html[end:]


def _line_above(html: str) -> tuple[str, str]:
    """What stands above a block, without its last line, and that line when it says whose block it is."""
    end = len(html)
    while ending := next((one for one in (" ", "\n", "<br>", "</p>", "</div>") if html.endswith(one, 0, end)), ""):
        end -= len(ending)
    start = max(html.rfind(mark, 0, end) + len(mark) for mark in ("<p>", "<div>", "<br>", "</p>", "</blockquote>"))
    line = unescape(_TAG.sub("", html[start:end])).strip()
    if _says_whose(line) and _TAG.sub("", html[:start]).strip():
        return html[:start].removesuffix("<p>"), f"<p>{escape(line)}</p>"
    return html, ""
