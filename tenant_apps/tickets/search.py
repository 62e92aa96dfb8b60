"""Finding requests of the company's desk by what people remember of them: number, subject, requester's name."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector

from tenant_apps.tickets.models.ticket import TicketQuerySet

_WORDS = re.compile(r"\w+")
_MOST_WORDS = 12


def matching(rows: TicketQuerySet, text: str) -> TicketQuerySet:
    """Those in which each of these words begins a word; all of them when there is no word in the text.

    The vector is the one of the index `ticket_search`, to the letter.
    """
    words = _WORDS.findall(text.lower())[:_MOST_WORDS]
    if not words:
        return rows
    query = SearchQuery(" & ".join(map(_term, words)), config="simple", search_type="raw")
    vector = SearchVector("number", "subject", "requester_name", config="simple")
    return rows.alias(words=vector).filter(words=query)


def _term(word: str) -> str:
    # In TICK-2026-0001 the database's parser sees the numbers -2026 and -0001.
    return f"('{word}':* | '-{word}':*)" if word.isdecimal() else f"'{word}':*"
