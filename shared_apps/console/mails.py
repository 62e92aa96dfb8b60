"""Which mails a staff member gets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portico.errors import Missing
from shared_apps.accounts.models import User
from shared_apps.console import staff_mail
from shared_apps.console.guards import form_or_back, staff_only


@form_or_back
@staff_only
def own(request: HttpRequest) -> HttpResponse:
    """One's own choice of notices."""
    if request.method == "POST":
        staff_mail.choose(request.POST.getlist("notice"), by=request.actor)
        messages.success(request, "Your mails are as you chose them.")
        return redirect("console:mails")
    person = User.objects.filter(pk=request.actor.id).first()
    if person is None:
        raise Missing
    rows = [(key, staff_mail.KINDS[key], is_on) for key, is_on in staff_mail.chosen(person).items()]
    return render(request, "console/mails.html", {"rows": rows})
