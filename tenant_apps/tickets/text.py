"""What people write: checked once, the same for page, API and task."""

from portico.errors import Invalid


def clean_text(field: str, value: str, *, limit: int, required: bool = True) -> str:
    """The text without surrounding blanks; Invalid when it is empty, too long or cannot be stored."""
    text = value.replace("\r\n", "\n").strip()
    if not is_storable(text):
        raise Invalid({field: ["This has a character that cannot be kept. Please remove it."]})
    if not text and required:
        raise Invalid({field: ["Please write something."]})
    if len(text) > limit:
        raise Invalid({field: [f"This has {len(text):,} characters, at most {limit:,} fit."]})
    return text


def is_storable(text: str) -> bool:
    """Whether the database takes it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
