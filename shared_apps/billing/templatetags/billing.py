"""Money, room, and the banner of a company that tries, owes, or rests."""

from typing import Any

from django import template
from django.template.loader import render_to_string

register = template.Library()
_SIGNS = {"eur": "€", "usd": "$", "gbp": "£"}
_FOR = frozenset({"owner", "manager"})


@register.filter
def money(cents: int, currency: str) -> str:
    """`1900|money:"eur"` = €19.00; a currency without a sign by its letters."""
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    return f"{'−' if cents < 0 else ''}{sign}{abs(cents) / 100:,.2f}"


@register.filter
def room(size: int) -> str:
    """So many bytes, as people say it."""
    number, unit = (size / 2**30, "GB") if size >= 2**30 else (size / 2**20, "MB")
    return f"{f'{number:.1f}'.removesuffix('.0')} {unit}"


@register.simple_tag(takes_context=True)
def standing_banner(context: Any) -> str:
    """For owners and managers alone, and on every page but the one that it leads to. No statement: it is the door's."""
    door, actor, request = context.get("door"), context.get("actor"), context.get("request")
    stands = getattr(door, "standing", None)
    if not stands or stands.state not in {"trial", "past_due", "suspended"} or actor.role not in _FOR or actor.behind:
        return ""
    match = getattr(request, "resolver_match", None)
    if match and match.namespace == "billing":
        return ""
    return render_to_string("billing/_banner.html", {"standing": stands, "is_owner": actor.role == "owner"})
