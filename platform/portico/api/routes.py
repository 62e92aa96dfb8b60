"""Addresses for programs."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path


def both(route: str, view: Callable[..., Any], *, name: str) -> list[URLPattern]:
    """The route without and with a slash at its end; links are made without."""
    return [path(route, view, name=name), path(f"{route}/", view)]
