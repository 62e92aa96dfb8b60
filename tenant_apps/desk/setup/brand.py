"""How the company shows itself: one form for all of it, and beside it what customers would see."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from portico import brand as kernel
from portico import colour
from portico.brand import LENGTHS, MAILS, Brand
from portico.errors import Invalid, Refused
from portico.pages import render_part
from tenant_apps.desk.setup.pages import done, managers, problems_of, whole
from tenant_apps.tickets import branding, logos
from tenant_apps.tickets.actions import branding as showing
from tenant_apps.tickets.actions import configuring
from tenant_apps.tickets.settings import MEGABYTE

_WORDS = (*LENGTHS, "colour", "mail")
_SAMPLE = "We found it: long labels were miscounted. Version 4.2.1 puts it right and takes four minutes."


@dataclass(frozen=True, slots=True)
class Place:
    """What became of the chosen colour in one place, and why."""

    name: str
    sample: str
    scheme: str
    use: colour.Use
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def brand(request: HttpRequest) -> HttpResponse:
    """All of it on one page. A preview keeps nothing; saving says what is wrong beside the part."""
    kept = branding.as_set()
    if request.method != "POST":
        return _page(request, kept, kept)
    typed = kept | {name: request.POST[name] for name in _WORDS if name in request.POST}
    if "preview" in request.POST:
        return _page(request, kept, typed)
    try:
        return _save(request)
    except Invalid as no:
        return _page(request, kept, typed, problems=problems_of(no))
    except Refused as no:
        if no.code != "changed_meanwhile":
            raise
        return _page(request, kept, typed, late=True)


@require_safe
@managers
def colours(request: HttpRequest) -> HttpResponse:
    """The style of a preview: the colour that the address names, as it would be used."""
    chosen = colour.read(request.GET.get("c", "")) or request.door.brand.hex
    rule = kernel.rule(chosen, "[data-brand-scope]") + f"[data-brand-scope] {{ --chosen: {chosen}; }}\n"
    response = HttpResponse(rule, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _save(request: HttpRequest) -> HttpResponse:
    event = showing.rebrand(
        {name: request.POST[name] for name in _WORDS if name in request.POST},
        files={part: file for part in showing.PICTURES if (file := request.FILES.get(part))},
        without=request.POST.getlist("without"),
        seen_version=whole(request.POST, "version"),
        by=request.actor,
    )
    return done(request, event, "Saved. Everybody who comes to your door sees it within seconds.", "brand")


def _page(
    request: HttpRequest,
    kept: dict[str, Any],
    typed: dict[str, Any],
    *,
    problems: dict[str, str] | None = None,
    late: bool = False,
) -> HttpResponse:
    problems = problems or {}
    shown, unread = _would_show(request, kept, typed)
    problems = ({"colour": unread} if unread else {}) | problems
    # What was typed belongs to the version that its writer saw; whoever was told of another one has seen that, too.
    version = (not late and request.POST.get("version")) or configuring.version_of(showing.KEY)
    context = {
        "typed": typed,
        "shown": shown,
        "places": _places(shown),
        "problems": problems,
        "late": late,
        "lengths": LENGTHS,
        "mails": MAILS,
        "pictures": [(part, kernel.picture_of(kept.get(part))) for part in showing.PICTURES],
        "most": logos.MOST_BYTES // MEGABYTE,
        "sample": _SAMPLE,
        "version": version,
    }
    status = 409 if late else 422 if problems and "preview" not in request.POST else 200
    return render_part(request, "setup/brand.html", "setup/_brand_preview.html", context, status=status)


def _would_show(request: HttpRequest, kept: dict[str, Any], typed: dict[str, Any]) -> tuple[Brand, str]:
    """What customers would see, and what is wrong with the colour. A text that is too long is cut."""
    words = {name: str(typed[name])[:most].strip() for name, most in LENGTHS.items()}
    told = str(typed["colour"]).strip()
    chosen = colour.read(told)
    unread = "" if chosen or not told else "This is no colour yet: # and six digits or letters to f, like #2f55c8."
    company = request.door.company
    without = {part: None for part in request.POST.getlist("without") if part in showing.PICTURES}
    value = kept | words | without | {"colour": chosen or ("" if not told else kept["colour"]), "mail": typed["mail"]}
    quiet = request.door.brand.is_white_label
    return kernel.read(value, name=company.name, tint=company.tint, is_white_label=quiet), unread


def _places(shown: Brand) -> list[Place]:
    made = colour.palette(shown.hex)
    ink = "white" if made.ink == colour.WHITE else "black"
    return [
        Place("Buttons", "button", "light", made.ground, f"{ink.capitalize()} text stands on it"),
        Place("Links on light pages", "link", "light", made.light, "Made darker"),
        Place("Links on dark pages", "link", "dark", made.dark, "Made lighter"),
    ]
