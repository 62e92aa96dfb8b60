"""Joining a company with one's requests, and leaving it again: what a person agrees to, in words that are signed.

An individual customer lives in the house company. Each step is agreed to by the person who is signed in at that door;
the last one is taken at the platform's own (`shared_apps.console.carrying`), which alone may enter two companies.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.core import signing

from portico.errors import Missing

SALT, LIFETIME = "portico.carry", 15 * 60
_OVER = "This step cannot be taken any more. Please begin again."


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody agreed to. `company` and `house` are keys of companies (with their generation), the others ids of
    accounts; `source` is empty until the person has agreed at the house, too."""

    way: str  # "join" or "leave"
    company: str
    person: str
    house: str = ""
    source: str = ""

    def signed(self) -> str:
        """The same for an address: good for a quarter of an hour."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)


def read(text: str) -> Word:
    """What was agreed to; Missing for what is none, or too old."""
    try:
        word = Word(**signing.loads(text, salt=SALT, max_age=LIFETIME))
        for one in filter(None, (word.person, word.source)):
            UUID(one)
    except (signing.BadSignature, TypeError, ValueError):
        raise Missing("step_over", _OVER) from None
    if word.way not in ("join", "leave"):
        raise Missing("step_over", _OVER)
    return word
