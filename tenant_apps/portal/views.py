"""The front door of a company."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenant_apps.tickets import access


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Says where one is, and leads on: to the sign-in, or those who have a workspace to it."""
    return render(request, "portal/home.html", {"has_workspace": access.may(request.actor, "see")})
