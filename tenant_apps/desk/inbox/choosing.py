"""How somebody wants their list of requests to look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tenant_apps.desk.inbox.bulk import place_of
from tenant_apps.desk.inbox.columns import COLUMNS
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.people import actions


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def columns(request: HttpRequest) -> HttpResponse:
    """Show these details in each row from now on; its subject is always there."""
    if request.method == "POST":
        actions.choose_columns(COLUMNS.keys() & set(request.POST.getlist("column")), by=request.actor)
    return redirect(place_of(request))
