"""The first steps of a new desk, on the first page of its workspace until they are done or put away."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico import asks
from portico.actor import Actor
from portico.errors import Invalid
from shared_apps.accounts.models import User
from tenant_apps.desk.setup.pages import only_managers
from tenant_apps.tickets import access, actions, settings, starting

_TEST = (
    "Is this thing on?",
    "This is a test request: it came in as your customers' do. Answer it, give it to somebody, close it.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps; `address` is where it is taken, empty when a button of this page takes it."""

    key: str
    title: str
    text: str
    label: str
    icon: str
    address: str
    is_done: bool
    is_skipped: bool


def home(request: HttpRequest) -> HttpResponse:
    """The first page of the workspace: the first steps while some are left, else the inbox."""
    return redirect("setup:start" if request.actor.role in access.MANAGERS and are_left() else "desk:inbox")


def are_left() -> bool:
    """Whether the first steps of this desk are neither done, put off nor put away. In the company's scope."""
    kept = settings.read(starting.KEY, "brand")
    return bool(kept[starting.KEY]["is_open"] and set(starting.STEPS) - _done(kept) - set(kept["start"]["skipped"]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def start(request: HttpRequest) -> HttpResponse:
    """The checklist. Each step can be put off, and all of it put away."""
    kept = settings.read(starting.KEY, "brand")
    if request.method == "POST":
        return _do(request, kept[starting.KEY])
    steps = _steps(kept, request.door.brand)
    left = [one for one in steps if not (one.is_done or one.is_skipped)]
    context = {"steps": steps, "left": left, "next": left[0] if left else None, "is_open": kept["start"]["is_open"]}
    return render(request, "setup/start.html", context)


def _do(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    verb, step = request.POST.get("do", ""), request.POST.get("step", "")
    if verb == "test":
        ticket = actions.open_ticket(subject=_TEST[0], description=_TEST[1], desk="company", by=request.actor)
        _keep(kept | {"done": [*kept["done"], "test"]}, request.actor)
        messages.success(request, "It came in. This is how it looks to whoever answers.")
        return HttpResponseRedirect(reverse("desk:inbox:conversation", args=[ticket.pk]))
    if verb == "skip":
        _keep(kept | {"skipped": [*kept["skipped"], step]}, request.actor)
    elif verb in {"put_away", "bring_back"}:
        _keep(kept | {"is_open": verb == "bring_back"}, request.actor)
        return redirect("desk:inbox" if verb == "put_away" else "setup:start")
    else:
        raise Invalid({"do": ["Please use one of the buttons."]})
    return redirect("setup:start")


def _keep(value: dict[str, Any], by: Actor) -> None:
    actions.set_to(starting.KEY, value, by=by)


def _steps(kept: dict[str, Any], shown: Any) -> list[Step]:
    done, skipped = _done(kept), set(kept["start"]["skipped"])
    rows = [
        ("brand", "Make it yours", "Your name, sign and colour on everything customers see.", "Set your brand", "door")
        + (reverse("setup:brand"),),
        ("invite", "Bring your people", "Who answers with you. They get a letter with a way in.", "Invite people")
        + ("people", reverse("setup:invite")),
        ("test", "Send yourself a test request", "See how a request comes in, and answer it.", "Send a test request")
        + ("send", ""),
        ("plan", "Choose a plan", _plan_words(), "Look at the plans", "stack", reverse("billing:billing")),
    ]
    return [Step(*row, is_done=row[0] in done, is_skipped=row[0] in skipped) for row in rows]


def _done(kept: dict[str, Any]) -> set[str]:
    done = set(kept["start"]["done"])
    if any(kept["brand"].get(part) for part in ("logo", "colour", "name")):
        done.add("brand")
    if User.objects.exclude(role="customer")[1:2].exists():
        done.add("invite")
    if not installation.STRIPE_KEY or asks.plan_of_company().key != "trial":  # nothing to choose among, or chosen
        done.add("plan")
    return done


def _plan_words() -> str:
    if installation.STRIPE_KEY:
        return "You try nearly everything for two weeks; nothing is charged before you choose."
    return "This installation takes no payments: the free plan has everything in it."
