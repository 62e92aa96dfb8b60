"""What people and companies may be called."""

import re
import unicodedata

# Marks that turn the reading direction of what follows: a name with them could look like another's.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

# The platform's own name, alone or with the words by which somebody would speak for it.
_OURS = re.compile(
    r"(the )?portico( (support|help|desk|team|staff|security|billing|accounts?|admins?|service|inc|ltd|gmbh))*"
)


def problem_with_words(text: str) -> str:
    """What stands against a name of a company or person: invisible marks that could make it look like another."""
    if any(unicodedata.category(one) in {"Cc", "Cs", "Co"} for one in text):
        return "This holds characters that cannot be shown. Please type it anew."
    if any(one in _TURNS for one in text):
        return "This holds marks that turn the reading direction. Please type it without them."
    if text and not any(unicodedata.category(one)[0] in "LN" for one in text):
        return "Please use at least one letter or digit."
    return ""


def problem_with_company(text: str) -> str:
    """What stands against a company's name: as above, and that it would speak for the platform."""
    plain = "".join(
        one if one.isalnum() else " "
        for one in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(one)
    )
    if _OURS.fullmatch(" ".join(plain.split())):
        return "This is what the platform itself is called. Please write your company's own name."
    return problem_with_words(text)
