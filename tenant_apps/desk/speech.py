"""The words of a message as pages draw them: with their look, cleaned once more, and what they repeat folded away."""

import re
from typing import Any

from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from tenant_apps.tickets import quotes
from tenant_apps.tickets.text import clean_html

# What an address never lacks. Looking for addresses takes ten times as long as seeing that there is none.
_ADDRESS = re.compile(r"@|://|www\.|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)
_FOLD = '<details class="quoted"><summary>Show quoted text</summary>{}</details>'


def drawn(message: Any) -> SafeString:
    """A message (`body`, and `html` where it has a look) as HTML."""
    if message.html:
        # Taken apart first and cleaned last: whatever taking apart may leave open is closed again.
        parts = [(is_quoted, clean_html(html)) for is_quoted, html in quotes.parts_of_html(message.html)]
    else:
        parts = [(is_quoted, _plain(words)) for is_quoted, words in quotes.parts_of(message.body)]
    return mark_safe("".join(_FOLD.format(html) if is_quoted else html for is_quoted, html in parts))  # noqa: S308 (cleaned, or escaped)


def _plain(text: str) -> str:
    if not text.strip():
        return ""
    return linebreaks(urlize(text, nofollow=True, autoescape=True) if _ADDRESS.search(text) else escape(text))
