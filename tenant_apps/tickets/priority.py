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
