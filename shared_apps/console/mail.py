"""How a company's mail channels do, for the staff who see how companies do. No mail is shown, no sender."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portico.database import visit
from portico.errors import Missing
from portico.pages import signed_in
from shared_apps.care import access
from shared_apps.console import companies
from tenant_apps.mailroom import health
from tenant_apps.mailroom.models import Channel, Incoming
from tenant_apps.visits import actions as visits
from tenants.fleet.serving import serves
from tenants.models import Company

lookers = signed_in(*sorted(access.MAY["see_health"]))


@require_safe
@lookers
def channels(request: HttpRequest, company: str) -> HttpResponse:
    """One company's channels with their state, and how many mails wait or are held back."""
    found = companies.find(company, request.actor)
    if found.state != Company.State.ACTIVE or not serves(found.fingerprint):
        raise Missing
    with visit(found.ref):
        visits.look_at("mail", by=request.actor)
        context = {
            "found": found,
            "channels": health.states(Channel.objects.order_by("-is_active", "name")),
            "held": Incoming.objects.held().count(),
            "waiting": Incoming.objects.filter(state=Incoming.State.WAITING).count(),
        }
    return render(request, "console/mail_company.html", context)
