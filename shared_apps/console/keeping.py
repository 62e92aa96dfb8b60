"""Keeping the list that the queue shows as a view, and taking one away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from shared_apps.console import saved
from shared_apps.console.forms import FilterForm
from shared_apps.console.guards import form_or_back, staff_only


@form_or_back
@staff_only
def views(request: HttpRequest) -> HttpResponse:
    """Keep the list that the address names."""
    wanted = FilterForm(request.GET).wanted(request.actor)
    if request.method == "POST":
        view = saved.keep(request.POST.get("name", ""), wanted, is_shared="share" in request.POST, by=request.actor)
        messages.success(request, f"Kept as “{view.name}”{', for all staff' if view.is_shared else ''}.")
    return redirect(reverse("console:queue") + wanted.query())


@require_POST
@staff_only
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take one away."""
    messages.success(request, f"“{saved.drop(view_id, by=request.actor).name}” is gone.")
    return redirect("console:queue")
