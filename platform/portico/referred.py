"""Addresses that a caller names in a header: they need not be any, and need not be of this host."""

from urllib.parse import SplitResult, urlsplit


def split(address: str) -> SplitResult:
    """The parts of what is said to be an address; all empty when it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def path(parts: SplitResult) -> str:
    """The address within this host. Two slashes at the beginning would lead to another one."""
    inside = f"/{parts.path.lstrip('/')}" if parts.path.startswith("//") else parts.path
    return f"{inside}?{parts.query}" if parts.query else inside
