"""What people and companies may be called."""

import unicodedata

# Marks that turn the reading direction of what follows: a name with them could look like another's.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def problem_with_words(text: str) -> str:
    """What stands against a name of a company or person: invisible marks that could make it look like another."""
    if any(unicodedata.category(one) in {"Cc", "Cs", "Co"} for one in text):
        return "This holds characters that cannot be shown. Please type it anew."
    if any(one in _TURNS for one in text):
        return "This holds marks that turn the reading direction. Please type it without them."
    if text and not any(unicodedata.category(one)[0] in "LN" for one in text):
        return "Please use at least one letter or digit."
    return ""
