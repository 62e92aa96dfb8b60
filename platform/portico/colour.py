"""One colour of a company, and what is made of it so that whatever stands on it or in it can be read (WCAG 2.2).

A colour that is too weak for a place is replaced by the nearest that passes: the same hue, lighter or darker by as
little as is enough (in OKLCH, where equal steps look equal).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

ENOUGH = 4.5  # WCAG 2.2, 1.4.3: text against what it stands on
WHITE, BLACK = "#ffffff", "#000000"
# What is hardest to read upon: the darkest of the light grounds of tokens.css with a hovered row on it, and the
# lightest of the dark ones.
LIGHT_GROUND, DARK_GROUND = "#e6e8e8", "#303232"
HOVERED = 0.08  # how much of its ink a hovered button takes on (button.css)
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII)
_STEPS = 24

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Use:
    """A colour in one place: as it was chosen, as it is used, and the contrast there before and after."""

    chosen: str
    used: str
    before: float
    after: float

    @property
    def is_corrected(self) -> bool:
        return self.chosen != self.used


@dataclass(frozen=True, slots=True)
class Palette:
    """What is made of a colour: grounds of buttons with the ink on them, links on light pages, links on dark ones."""

    ink: str
    ground: Use
    light: Use
    dark: Use


def read(text: str) -> str:
    """A colour as it is kept, `#2f55c8`; empty for what is none. `2F55C8` and `#25c` are understood."""
    found = _HEX.fullmatch(text.strip().lower())
    if not found:
        return ""
    digits = found[1]
    return f"#{''.join(one * 2 for one in digits) if len(digits) == 3 else digits}"


@lru_cache
def of_hue(degrees: float) -> str:
    """The colour that a door of this hue has (mark.css), as mails write it."""
    return _fitting(0.5, 0.12, math.radians(degrees))


def luminance(colour: str) -> float:
    """How light a colour is to the eye, from 0 to 1."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(2_000)
def palette(colour: str) -> Palette:
    """What is made of this colour."""
    here = _oklch(colour)[0]
    grounds = [(WHITE, _under(colour, WHITE)), (BLACK, _under(colour, BLACK))]
    ink, ground = min(grounds, key=lambda one: (abs(_oklch(one[1])[0] - here), -_on(one[1], one[0])))
    return Palette(
        ink,
        Use(colour, ground, _on(colour, ink), _on(ground, ink)),
        _in(colour, LIGHT_GROUND, darker=True),
        _in(colour, DARK_GROUND, darker=False),
    )


def _on(ground: str, ink: str) -> float:
    """How well this ink is read on a button of this ground, hovered or not."""
    return min(contrast(ground, ink), contrast(_mixed(ground, ink, HOVERED), ink))


def _under(colour: str, ink: str) -> str:
    return _nearest(colour, lambda one: _on(one, ink), darker=ink == WHITE)


def _in(colour: str, ground: str, *, darker: bool) -> Use:
    used = _nearest(colour, lambda one: contrast(one, ground), darker=darker)
    return Use(colour, used, contrast(colour, ground), contrast(used, ground))


def _nearest(colour: str, reached: Callable[[str], float], *, darker: bool) -> str:
    """The colour itself when it is enough, else the nearest one that is. Its end, black or white, always is."""
    if reached(colour) >= ENOUGH:
        return colour
    light, chroma, hue = _oklch(colour)
    far, near = (0.0 if darker else 1.0), light
    found = BLACK if darker else WHITE
    for _ in range(_STEPS):
        middle = (far + near) / 2
        tried = _fitting(middle, chroma, hue)
        if reached(tried) >= ENOUGH:
            far, found = middle, tried
        else:
            near = middle
    return found


def _fitting(light: float, chroma: float, hue: float) -> str:
    """The colour of this lightness and hue with as much of the chroma as a screen can show."""
    if _fits(_rgb(light, chroma, hue)):
        return _written(_rgb(light, chroma, hue))
    low, high = 0.0, chroma
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(_rgb(light, middle, hue)) else (low, middle)
    return _written(_rgb(light, low, hue))


def _fits(linear: Triple) -> bool:
    return all(-1e-4 <= one <= 1 + 1e-4 for one in linear)


def _linear(colour: str) -> Triple:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return red, green, blue


def _written(linear: Triple) -> str:
    held = [min(1.0, max(0.0, one)) for one in linear]
    parts = [12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in held]
    return "#" + "".join(f"{round(one * 255):02x}" for one in parts)


def _oklab(colour: str) -> Triple:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _oklch(colour: str) -> Triple:
    light, a, b = _oklab(colour)
    return light, math.hypot(a, b), math.atan2(b, a)


def _rgb(light: float, chroma: float, hue: float) -> Triple:
    return _of_oklab(light, chroma * math.cos(hue), chroma * math.sin(hue))


def _of_oklab(light: float, a: float, b: float) -> Triple:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _mixed(one: str, other: str, share: float) -> str:
    """As `color-mix(in oklab, …)` mixes."""
    light, a, b = (x + (y - x) * share for x, y in zip(_oklab(one), _oklab(other), strict=True))
    return _written(_of_oklab(light, a, b))
