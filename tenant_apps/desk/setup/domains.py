"""The company's domains: addresses of its portal and of its mail, what to publish, and what the DNS says now."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico import mailing
from portico.errors import Invalid, Refused
from portico.pages import render_part
from tenant_apps.desk.setup.pages import only_managers, problems_of
from tenants import routing
from tenants.domains import actions, checking, names, reading, sender
from tenants.domains.sender import Advice
from tenants.models import Domain

_DONE = {
    "check": "We look again within seconds.",
    "home": "Links and mails lead to your subdomain from now on.",
    "remove": "Removed. You can delete its records from your DNS.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A domain with what its page says: the records to publish, whether each is there, and what was seen instead."""

    row: Domain
    readable: str
    records: list[tuple[str, str, str, bool, str]]
    advice: list[Advice]

    @property
    def is_watched(self) -> bool:
        """Whether the page looks again by itself."""
        return self.row.state == Domain.State.WAITING and self.row.misses < 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def domains(request: HttpRequest) -> HttpResponse:
    """All domains, and a form for another. The list asks again by itself while a domain waits for its records."""
    if request.method != "POST":
        return _page(request)
    verb, domain = request.POST.get("do", ""), request.POST.get("domain", "")
    if verb == "add":
        try:
            made = actions.add(domain, request.POST.get("use", ""), by=request.actor)
        except (Invalid, Refused) as no:
            problems = problems_of(no) if isinstance(no, Invalid) else {"domain": no.message}
            return _page(request, typed=domain, use=request.POST.get("use", ""), problems=problems, status=422)
        messages.success(request, f"Added. Now publish the records of {made.domain}; we look for them from now on.")
        return redirect("setup:domains")
    _do(verb, domain, request)
    if verb == "lead" and domain:  # no redirect: it would end at the other host, which this page's policy forbids
        return _page(request, leads=mailing.address("/manager/settings/domains"))
    messages.success(request, _DONE["home" if verb == "lead" and not domain else verb])
    return redirect("setup:domains")


def _do(verb: str, domain: str, request: HttpRequest) -> None:
    verbs = {"check": actions.check_now, "lead": actions.lead_to, "remove": actions.remove}
    if verb not in verbs:
        raise Invalid({"do": ["Please use one of the buttons."]})
    verbs[verb](domain, by=request.actor)


def _page(request: HttpRequest, status: int = 200, **typed: object) -> HttpResponse:
    slug = request.door.company.slug
    shown = [_shown(row, slug) for row in reading.of_company()]
    mark = " ".join(f"{one.row.domain}:{one.row.state}:{one.row.checked_at}" for one in shown)
    if request.headers.get("HX-Request") == "true" and request.GET.get("seen") == mark:
        return HttpResponse(status=204)
    context = {
        "portals": [one for one in shown if one.row.use == Domain.Use.PORTAL],
        "mails": [one for one in shown if one.row.use == Domain.Use.MAIL],
        "subdomain": routing.subdomain_of(slug),
        "is_home": not any(one.row.is_primary for one in shown),
        "is_watched": any(one.is_watched for one in shown),
        "mark": mark,
        "days": actions.GRACE.days,
        "problems": {},
        "use": "portal",
    }
    return render_part(request, "setup/domains.html", "setup/_domains.html", context | typed, status=status)


def _shown(row: Domain, slug: str) -> Shown:
    seen, is_mail = row.seen, row.use == Domain.Use.MAIL
    proof = (checking.record_of(row.domain), "TXT", row.token, bool(seen.get("is_proven")), _others(row))
    leads = (row.domain, "CNAME", checking.target_of(slug), bool(seen.get("is_pointed")), seen.get("leads_to", ""))
    told = sender.advice(row.domain, seen["sender"], sender.dkim(row.domain)) if is_mail and seen.get("sender") else []
    return Shown(row, names.readable(row.domain), [proof] if is_mail else [proof, leads], told)


def _others(row: Domain) -> str:
    return ", ".join(one for one in row.seen.get("texts", ()) if one.strip() != row.token)
