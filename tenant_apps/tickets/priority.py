"""Priority: two axes are stored (urgency, importance), P1…P4 and the words follow from them."""

LEVELS: tuple[str, ...] = ("critical", "high", "medium", "low")
DEFAULT = "medium"

# Rows are the requester's urgency, columns the staff's importance, both from critical to low.
MATRIX: dict[str, tuple[str, str, str, str]] = {
    "critical": ("P1", "P1", "P2", "P2"),
    "high": ("P1", "P2", "P3", "P3"),
    "medium": ("P2", "P3", "P3", "P4"),
    "low": ("P3", "P3", "P4", "P4"),
}
PRIORITIES: tuple[str, ...] = ("P1", "P2", "P3", "P4")
WORDS: dict[str, str] = {"P1": "urgent", "P2": "high", "P3": "medium", "P4": "low"}


def priority_of(urgency: str, importance: str) -> str:
    """P1…P4 for a point of the matrix."""
    return MATRIX[urgency][LEVELS.index(importance)]


# The three spellings that programs use: P1, its word, or a level. A word sets both axes to the same level.
_SPELLINGS: dict[str, str] = {
    **dict(zip(PRIORITIES, LEVELS, strict=True)),
    **dict(zip(WORDS.values(), LEVELS, strict=True)),
    **{level: level for level in LEVELS},
}
SPELLINGS: tuple[str, ...] = tuple(dict.fromkeys([*WORDS.values(), *PRIORITIES, *LEVELS]))


def axes_of(spelling: str) -> tuple[str, str]:
    """Urgency and importance for a priority in one word; KeyError for an unknown one."""
    level = _SPELLINGS[spelling]
    return level, level


def word_of(urgency: str, importance: str) -> str:
    """urgent, high, medium or low."""
    return WORDS[priority_of(urgency, importance)]
