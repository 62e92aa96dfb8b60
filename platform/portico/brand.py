"""How a company shows itself: name, logo, colour, its own words. Read from its row with every door, trusted nowhere.

The row is written by the company's role and may come out of an archive: what is not of the right shape is left away.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portico import colour
from portico.database import current_company
from portico.errors import Missing
from portico.storage import CompanyStorage

# The hues of the ten tints (mark.css); a company's is chosen at signup and holds until it has a colour of its own.
HUES = (20, 50, 85, 125, 155, 190, 225, 255, 300, 340)
# The words that a company may set, and how long each may be.
LENGTHS = {"name": 80, "footer": 500, "welcome": 120, "next": 600, "sign_in": 300}
MAILS = {"framed": "With your sign and a line of your colour", "plain": "Like a letter: words alone"}
PLATES = frozenset({"", "light", "dark"})
KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MOST_SIDE = 1_000
_YEAR = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
# No script, no frame, no address of ours: whatever the bytes are, they are bytes.
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the company's storage, by what it shows. `plate` is the ground it needs to be seen on the other."""

    key: str
    width: int
    height: int
    plate: str = ""

    @property
    def url(self) -> str:
        return f"/brand/{self.key}.png"


@dataclass(frozen=True, slots=True)
class Brand:
    """What pages and mails show of a company. `house` is what it calls itself; without one, nothing of all this."""

    house: str = ""
    place: str = ""
    tint: int = 0
    colour: str = ""
    logo: Picture | None = None
    icon: str = ""
    footer: str = ""
    welcome: str = ""
    next: str = ""
    sign_in: str = ""
    mail: str = "framed"
    is_white_label: bool = False

    @property
    def version(self) -> str:
        """Part of the style sheet's address: another colour stands at another address."""
        return self.colour.removeprefix("#") or str(self.tint)

    @property
    def hex(self) -> str:
        """Its colour written out, for whoever knows no other way: mails, and the page where it is chosen."""
        return self.colour or colour.of_hue(HUES[self.tint % len(HUES)])

    @property
    def css_url(self) -> str:
        return f"/brand.css?v={self.version}" if self.house else ""

    @property
    def icon_url(self) -> str:
        return f"/brand/{self.icon}-icon.png" if self.icon else ""

    @property
    def rule(self) -> str:
        """The one rule in which doors differ."""
        if self.colour:
            return rule(self.colour)
        return f":root {{ --brand: oklch(0.5 0.12 {HUES[self.tint % len(HUES)]}); }}\n"


NONE = Brand()


def read(value: object, *, name: str, tint: int = 0, is_white_label: bool = False) -> Brand:
    """The brand of the company of this name that has set this."""
    told = value if isinstance(value, Mapping) else {}
    words = {key: _words(told.get(key), most) for key, most in LENGTHS.items()}
    logo, own = picture_of(told.get("logo")), picture_of(told.get("favicon"))
    shown = words.pop("name")
    return Brand(
        house=shown or name,
        place=shown or f"{name} help",
        tint=tint,
        colour=colour.read(str(told.get("colour", ""))),
        logo=logo,
        icon=own.key if own else logo.key if logo else "",
        mail=str(told["mail"]) if told.get("mail") in list(MAILS) else "framed",
        is_white_label=is_white_label,
        **words,
    )


def picture_of(told: object) -> Picture | None:
    """A picture as it is kept in a row; None for what is none."""
    if not isinstance(told, Mapping):
        return None
    key, plate = told.get("key"), told.get("plate", "")
    sides = [told.get("width"), told.get("height")]
    if not isinstance(key, str) or not KEY.fullmatch(key) or not isinstance(plate, str) or plate not in PLATES:
        return None
    if not all(type(one) is int and 0 < one <= _MOST_SIDE for one in sides):
        return None
    return Picture(key, sides[0], sides[1], plate)  # type: ignore[arg-type]


def rule(chosen: str, where: str = ":root") -> str:
    """A colour as it is used: text on it, in it on light grounds, and in it on dark ones can be read."""
    made = colour.palette(chosen)
    links = f"light-dark({made.light.used}, {made.dark.used})"
    return f"{where} {{ --brand: {made.ground.used}; --on-brand: {made.ink}; --brand-text: {links}; }}\n"


def of_request(request: HttpRequest) -> Brand:
    """The brand of the company at whose door this came in."""
    door = getattr(request, "door", None)
    return door.brand if door else NONE


@require_safe
def css(request: HttpRequest) -> HttpResponse:
    """The company's colour. The address names it, so it may be kept for a year."""
    return _sheet(request, _seen(request, lambda one: one.version == request.GET.get("v")))


@require_safe
def css_of_closed(request: HttpRequest) -> HttpResponse:
    """The same for the page of a company that cannot be served now: nothing of it is asked."""
    return _sheet(request, of_request(request))


@require_safe
def picture(request: HttpRequest, key: str, kind: str = "") -> HttpResponse:
    """The logo that the company shows now, or the small square made of it. For everybody, without signing in."""
    here = _seen(request, lambda one: _shows(one, key, kind))
    if not _shows(here, key, kind):
        raise Missing
    try:
        with CompanyStorage().open(f"brand/{key}{kind}.png") as kept:
            response = HttpResponse(kept.read(), content_type="image/png")
    except FileNotFoundError:
        raise Missing from None
    response["Content-Security-Policy"] = _SANDBOX
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails show it
    response["Cache-Control"] = _YEAR
    return response


def _sheet(request: HttpRequest, here: Brand) -> HttpResponse:
    rule = here.rule if here.house else "/* Portico's own colour */\n"
    response = HttpResponse(rule, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = _YEAR if here.house and here.version == request.GET.get("v") else _SHORT
    return response


def _shows(brand: Brand, key: str, kind: str) -> bool:
    return key == brand.icon if kind else bool(brand.logo and key == brand.logo.key)


def _seen(request: HttpRequest, fits: Callable[[Brand], bool]) -> Brand:
    """The brand as this process knows it; when that does not fit what is asked for, as it is set by now."""
    from portico import asks  # it looks across, and knows the company's settings

    here = of_request(request)
    if fits(here) or not here.house:
        return here
    company = current_company()
    return read(asks.brand_as_set(), name=company.name, tint=company.tint, is_white_label=here.is_white_label)


def _words(told: object, most: int) -> str:
    return told if isinstance(told, str) and len(told) <= most else ""
