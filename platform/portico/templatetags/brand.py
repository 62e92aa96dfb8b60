"""The sign above a company's door."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portico.brand import Brand
from portico.templatetags.portico import arch, initials

register = template.Library()


@register.simple_tag
def sign(brand: Brand, small: bool = False) -> SafeString:
    """What a company hangs above its own door: its logo, as a small square where there is little room, or its arch."""
    logo = brand.logo
    if small and brand.icon:
        plate = logo.plate if logo and logo.key == brand.icon else ""
        return _picture(brand.icon_url, 128, 128, plate)
    if logo and not small:
        return _picture(logo.url, logo.width, logo.height, logo.plate)
    return arch(initials(brand.house)[:1], None, "l")


@lru_cache(2_000)
def _picture(address: str, width: int, height: int, plate: str) -> SafeString:
    ground = format_html(' data-plate="{}"', plate) if plate else ""
    return format_html('<img class="logo" src="{}" width="{}" height="{}"{} alt="">', address, width, height, ground)
