"""Whether a manager's regular expression is safe to hold against what people type: none may take long to say no."""

import re
import warnings
from re import _parser  # type: ignore[attr-defined]  # the module that reads patterns; there is no public one
from typing import Any

from tenant_apps.tickets.text import is_storable

LONGEST_PATTERN, LONGEST_TEXT = 200, 200
# How many ways through a text of LONGEST_TEXT there may be: three free repetitions in a row are answered at once,
# four are not.
_MOST_WAYS = (LONGEST_TEXT + 1) ** 3
_MOST_STEPS = 50_000


def trouble_with(pattern: str) -> str:
    """Why this pattern cannot be taken, in words; empty when it can."""
    if not pattern or not is_storable(pattern):
        return "Please write a pattern."
    if len(pattern) > LONGEST_PATTERN:
        return f"A pattern has at most {LONGEST_PATTERN} characters."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(pattern)
            if _ways(parsed) > _MOST_WAYS or _steps(parsed) > _MOST_STEPS:
                return "This pattern could take for ever with some texts. Please repeat nothing that repeats itself."
            re.compile(pattern)
    except re.error as wrong:
        return f"This is not a pattern: {wrong.msg}."
    except (OverflowError, RecursionError):
        return "This pattern is too large."
    return ""


def _ways(parts: Any) -> int:
    """An upper bound of the ways in which a text can be tried: what stands in a row multiplies."""
    product = 1
    for one in parts:
        product = min(product * _ways_of(*one), _MOST_WAYS + 1)
    return product


def _ways_of(code: Any, given: Any) -> int:
    match str(code):
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = given
            most = min(int(most), LONGEST_TEXT)
            return _repeated(_ways(body), min(int(least), most), most)
        case "BRANCH":
            return sum(_ways(one) for one in given[1])
        case _:
            product = 1
            for body in _bodies(given):
                product *= _ways(body)
            return product


def _repeated(ways: int, least: int, most: int) -> int:
    if ways <= 1:
        return most - least + 1
    total = 0
    for times in range(least, most + 1):
        total += ways**times
        if total > _MOST_WAYS:
            return _MOST_WAYS + 1
    return total


def _steps(parts: Any) -> int:
    """How often the innermost part can be gone through: repetitions within each other multiply, empty ones too."""
    longest = 1
    for code, given in parts:
        times = min(int(given[1]), LONGEST_TEXT) if str(code).endswith("REPEAT") else 1
        for body in _bodies(given):
            longest = max(longest, max(times, 1) * _steps(body))
    return longest


def _bodies(given: Any) -> list[Any]:
    """The patterns within a part of a pattern."""
    if isinstance(given, _parser.SubPattern):
        return [given]
    if isinstance(given, list | tuple):
        return [body for one in given for body in _bodies(one)]
    return []
