"""Whose clock: times are stored in UTC and said in the zone that the browser named (zone.js)."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class ZoneMiddleware:
    """Says times as this person's clock does. A name that is no zone changes nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get("zone", "")
        with timezone.override(ZoneInfo(name) if name in _names() else None):
            return self.get_response(request)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
