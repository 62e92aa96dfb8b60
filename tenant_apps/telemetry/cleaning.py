"""Text out of an app, without the people in it: no folders with names, no addresses, no tokens."""

import re
from typing import Any

MOST = 4_000
_BEFORE = r"(?<![A-Za-z0-9])"
_NAMED = r"passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|apikey|cookie|session|auth"
# In this order: what is a secret goes whole, before a part of it is taken for something else. Every repetition has an
# end, so that no text takes long. A rule is tried where one of its words is in the text (in small letters).
_RULES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (tuple(words.split()), re.compile(pattern, re.IGNORECASE), put)
    for words, pattern, put in (
        ("-----begin", r"-----BEGIN [A-Z ]{1,40}-----[\s\S]{0,4000}?(-----END [A-Z ]{1,40}-----|\Z)", "[secret]"),
        ("bearer basic digest", r"\b(bearer|basic|digest)\s{1,3}[A-Za-z0-9._~+/=-]{6,4000}", r"\1 [secret]"),
        ("eyj", r"\beyJ[A-Za-z0-9_-]{5,4000}(?:\.[A-Za-z0-9_-]{1,4000}){0,2}", "[secret]"),
        (
            "passw passphrase pwd secret token api cookie session auth",
            rf"""\b([\w-]{{0,30}}(?:{_NAMED})[\w-]{{0,30}}["']?\s{{0,3}}[:=]\s{{0,3}})"""
            r"""("[^"]{0,500}"|'[^']{0,500}'|[^\s,;&)}\]]{1,500})""",
            r"\1[secret]",
        ),
        ("://", r"\b([a-z][a-z0-9+.-]{0,15}://)[^\s/@]{1,200}@", r"\1[secret]@"),
        ("://", r"\b([a-z][a-z0-9+.-]{0,15}://[^\s?#]{1,300})[?#][^\s\"')]{0,2000}", r"\1?[…]"),
        ("@", r"[^\s@<>()\[\]\"',;:=/\\]{1,64}@[^\s@<>()\[\]\"',;:/\\]{1,200}", "[address]"),
        (
            "users home documents profiles",
            r"(?<![\\/])([\\/]{1,4}(?:users|home|documents and settings|profiles)[\\/]{1,4})[^\\/\r\n\"'<>|:*?]{1,100}",
            r"\1…",
        ),
        ("\\\\", r"\\\\[^\\\s]{1,100}\\", r"\\\\…\\"),
        ("pt_", r"\bpt_(?:p|\d{1,18})_\d{1,9}_[\w-]{1,100}", "[secret]"),
        (
            "",
            _BEFORE + r"(?=[A-Za-z_+-]{0,200}[0-9])(?=[0-9_+-]{0,200}[A-Za-z])[A-Za-z0-9_+-]{24,2000}={0,2}",
            "[secret]",
        ),
        (".", _BEFORE + r"\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", "[host]"),
        ("", _BEFORE + r"\d(?:[ -]?\d){12,18}(?!\d)", "[number]"),
    )
)


def clean(text: str, most: int = MOST) -> str:
    """The text without people, cut to `most` characters. Whoever reads it still sees which line of which file."""
    text = "".join(char for char in text if char.isprintable() or char in "\n\t")[: 4 * MOST]
    for words, pattern, put in _RULES:
        small = text.lower()
        if not words or any(one in small for one in words):
            text = pattern.sub(put, text)
    return text[:most]


def clean_all(value: Any) -> Any:
    """The same for everything in a value of JSON, names of fields included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_all(one) for one in value]
    if isinstance(value, dict):
        return {clean(str(name), 80): _kept(name, one) for name, one in value.items()}
    return value


_NAMES = re.compile(r"passw|secret|token|api.?key|cookie|session|auth|e.?mail|phone|user.?name|login", re.IGNORECASE)


def _kept(name: str, value: Any) -> Any:
    """A field whose name says what is in it is not looked into."""
    return "[secret]" if isinstance(value, str) and _NAMES.search(name) else clean_all(value)
