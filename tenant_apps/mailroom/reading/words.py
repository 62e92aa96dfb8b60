"""Bytes into words, whatever their sender calls the character set. Never fails: what cannot be read is marked."""

import binascii
import re
from codecs import lookup

_ALIASES = {
    **dict.fromkeys(("", "us-ascii", "ascii", "ansi_x3.4-1968", "utf8", "unicode-1-1-utf-8", "x-utf-8"), "utf-8"),
    **dict.fromkeys(
        ("iso-8859-1", "latin-1", "latin1", "iso8859-1", "x-ansi", "ansi", "cp-1252", "windows1252"), "cp1252"
    ),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb-2312", "gb_2312-80", "chinesegb"), "gb18030"),
    **dict.fromkeys(("ks_c_5601-1987", "ks_c_5601", "euc-kr", "korean"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("iso-2022-jp", "iso2022jp", "csiso2022jp"), "iso2022_jp_ext"),
    **dict.fromkeys(("big5", "x-big5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "visual"), "iso8859_8"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("unicode-1-1-utf-7", "utf-7"), "utf-7"),
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
# What a sender may ask for. Python knows more, and some of that takes for ever, or is no character set at all.
_KNOWN = re.compile(
    r"utf-?(?:7|8|8-sig|16(?:-?[lb]e)?|32(?:-?[lb]e)?)|cp\d{3,4}|iso-?8859[-_]\d{1,2}|windows-?\d{3,4}|koi8[-_][rut]|gb18030"
    r"|big5(?:hkscs)?|euc[-_]jp|iso-?2022[-_]?(?:jp(?:_ext|_\d)?|kr)|mac[-_]\w{4,10}|tis-?620|ptcp154|hz(?:-gb-2312)?"
)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\r\n\t]+ ?")


def charset_of(said: str) -> str | None:
    """The codec for a name that a mail gives; None for one that nobody knows."""
    name = said.strip().strip("'\"").lower()
    name = _ALIASES.get(name, name)
    if not _KNOWN.fullmatch(name):
        return None
    try:
        return lookup(name).name
    except LookupError:
        return None


def text_of(content: bytes, said: str = "") -> str:
    """The words, by the character set that the mail gives, or by what they look like when that is wrong."""
    first = charset_of(said) or "utf-8"
    for name in dict.fromkeys((first, "utf-8")):
        try:
            return cleaned(content.decode(name))
        except (UnicodeDecodeError, UnicodeError):
            continue
    return cleaned(content.decode(first if first != "utf-8" else "cp1252", "replace"))


def cleaned(text: str) -> str:
    """Without what no database keeps, and with line ends of one kind."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff")


def line_of(raw: bytes) -> str:
    """A field of a header as one line, its encoded words (RFC 2047) read."""
    text = _BREAKS.sub(" ", text_of(raw))
    if "=?" not in text:
        return text.strip()
    said: list[str] = []
    waiting: list[tuple[str, bytes]] = []  # words that follow each other may share a character
    end = 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if between.strip() or not waiting:
            said += [_joined(waiting), between]
            waiting = []
        waiting.append((word[1].partition("*")[0].lower(), _unpacked(word[2], word[3])))
        end = word.end()
    said += [_joined(waiting), text[end:]]
    return " ".join(cleaned("".join(said)).split())


def _joined(words: list[tuple[str, bytes]]) -> str:
    found, at = [], 0
    while at < len(words):
        charset, content = words[at][0], [words[at][1]]
        at += 1
        while at < len(words) and words[at][0] == charset:
            content.append(words[at][1])
            at += 1
        found.append(text_of(b"".join(content), charset))
    return "".join(found)


def _unpacked(way: str, text: str) -> bytes:
    if way in "qQ":
        return binascii.a2b_qp(text.encode("utf-8", "replace"), header=True)
    return unpacked64(text.encode("ascii", "ignore"))


def unpacked64(content: bytes) -> bytes:
    """Base64 as far as it can be read: what is cut off in the middle is read up to there."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
        whole = len(kept) - (1 if len(kept) % 4 == 1 else 0)
        return binascii.a2b_base64(kept[:whole] + b"=" * (-whole % 4))
