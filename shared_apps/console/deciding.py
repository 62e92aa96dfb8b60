"""What can be decided about a company's life on its page, with the subdomain typed as a confirmation.

Suspending, resuming, archiving and planning an erasure change rows of `public` alone. Exporting, restoring, moving and
erasing at once read or drop whole schemas: only the owner's rights reach that far, and no web or worker process has
them. Of those the page tells the command, which asks for the same rights (`--as`) and writes the same audit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.pages import signed_in
from shared_apps.accounts.models import STAFF_ROLES
from shared_apps.console import companies
from shared_apps.staff.access import STAFF
from tenants import routing
from tenants.life import access, actions
from tenants.models import HOUSE_ID, Company

State = Company.State


@dataclass(frozen=True, slots=True)
class Decision:
    """One button: the verb of `access`, what it does, when it makes sense, and what follows in words."""

    verb: str
    act: Callable[..., Company]
    states: frozenset[str]
    label: str
    icon: str
    done: str
    follows: tuple[str, ...]
    tone: str = "danger"


_OPEN_ONES = frozenset({State.ACTIVE, State.SUSPENDED})
_SOON = "It holds within a few seconds, for pages and programs alike."
DECISIONS: Mapping[str, Decision] = {
    "resume": Decision(
        "resume", actions.resume, frozenset({State.SUSPENDED, State.ARCHIVED}), "Resume", "check", "works again",
        ("Its people can sign in and go on where they stopped.", "Work that waited is done.", _SOON), "main",
    ),
    "suspend": Decision(
        "suspend", actions.suspend, frozenset({State.ACTIVE}), "Suspend", "pause", "is suspended",
        ("Nobody of the company can work, and its customers see a page with your notice.",
         "Nothing is lost, and work that is due waits until the company is resumed.", _SOON),
    ),
    "archive": Decision(
        "archive", actions.archive, _OPEN_ONES, "Archive", "stack", "is archived",
        ("The doors close for good, and everything is kept.", "Resuming opens them again.", _SOON),
    ),
    "erase": Decision(
        "erase", actions.plan_erasure, _OPEN_ONES | {State.ARCHIVED}, "Plan to erase", "alert", "will be erased",
        (f"The company is archived now, and erased in {actions.GRACE.days} days: rows, files, people, journal.",
         "Until then, resuming takes it back. After that only an export brings it back.",
         "What is left is a tombstone of hashes, and its subdomain rests for half a year."),
    ),
}  # fmt: skip


class DecideForm(forms.Form):
    """The subdomain once more, and for a suspension what the company's people read meanwhile."""

    typed = forms.CharField(label="", error_messages={"required": "Please type the subdomain."})
    notice = forms.CharField(
        label="What its people read",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=Company._meta.get_field("notice").max_length,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, said: Any = None, *, company: Company, verb: str) -> None:
        super().__init__(said, initial={"seen": stamp(company)})
        self.slug = company.slug
        self.fields["typed"].label = f"Type {company.slug} to confirm"
        if verb != "suspend":
            del self.fields["notice"]

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.slug:
            raise forms.ValidationError(f"This is not {self.slug}. Nothing was changed.")
        return self.slug


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(*sorted(STAFF))
def decide(request: HttpRequest, company: str, verb: str) -> HttpResponse:
    """What would follow, and the form that does it."""
    found, decision = companies.find(company, request.actor), DECISIONS.get(verb)
    if decision is None:
        raise Missing
    access.require(request.actor, decision.verb)
    if request.method != "POST":
        return _asked(request, found, verb, DecideForm(company=found, verb=verb))
    form = DecideForm(request.POST, company=found, verb=verb)
    if not form.is_valid():
        return _asked(request, found, verb, form)
    try:
        found = _act(found, decision, form.cleaned_data, request.actor)
    except Invalid as no:
        form.add_error("notice", no.fields["notice"])
        return _asked(request, found, verb, form)
    except Refused as no:
        found = companies.find(company, request.actor)
        return _asked(request, found, verb, DecideForm(company=found, verb=verb), refused=no)
    routing.forget()
    messages.success(request, f"{found.name} {decision.done}{_on(found)}.")
    return redirect("console:company", found.slug)


def _act(company: Company, decision: Decision, said: Mapping[str, str], by: Actor) -> Company:
    more = {"notice": said["notice"]} if "notice" in said else {}
    with transaction.atomic():
        now = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        if said["seen"] != stamp(now):
            raise Refused(
                "changed_meanwhile", "Somebody decided about this company meanwhile. This is how it stands now."
            )
        return decision.act(now, by=by, **more)


def _asked(
    request: HttpRequest, found: Company, verb: str, form: DecideForm, refused: Refused | None = None
) -> HttpResponse:
    decision = DECISIONS[verb]
    context = {"found": found, "decision": decision, "form": form, "refused": refused, "fits": _fits(found, decision)}
    status = refused.status if refused else 422 if form.errors else 200
    return render(request, "console/company_decide.html", context, status=status)


def stamp(company: Company) -> str:
    """Another one after every decision about the company."""
    return f"{company.state} {company.generation} {company.erase_after or 'stays'}"


def offered(company: Company, actor: Actor) -> dict[str, Any]:
    """What this actor can decide about the company as it is, the commands for the rest, and who may what in words."""
    possible = {key: one for key, one in DECISIONS.items() if _fits(company, one)}
    return {
        "decisions": {key: one for key, one in possible.items() if access.may(actor, one.verb)},
        "left_to": [(one.label, _who(one.verb)) for one in possible.values() if not access.may(actor, one.verb)],
        "commands": [words for verb, words in _commands(company) if access.may(actor, verb)],
    }


def _fits(company: Company, decision: Decision) -> bool:
    planned = decision.verb == "erase" and company.erase_after is not None
    return company.pk != HOUSE_ID and company.state in decision.states and not planned


def _who(verb: str) -> str:
    """The roles that may, as people call them."""
    return " or ".join(label.lower() for role, label in STAFF_ROLES.items() if role in access.MAY[verb])


def _on(company: Company) -> str:
    return f" on {company.erase_after:%-d %B %Y}" if company.erase_after else ""


def _commands(company: Company) -> list[tuple[str, str]]:
    slug, said = company.slug, "manage.py tenants"
    if company.pk == HOUSE_ID or company.state == State.ERASING:
        return []
    return [
        ("export", f"{said} export {slug} /path/{slug}.zip --as EMAIL"),
        ("restore", f"{said} restore /path/{slug}.zip --replace --as EMAIL"),
        ("move", f"{said} move {slug} --to URL --to-owner URL --to-storage URL --as EMAIL"),
        ("erase", f"{said} erase {slug} --now --as EMAIL"),
    ]
