"""How a message will look, before it is sent: asked for by a button of the composer, and while somebody types on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from portico.pages import wants_part
from tenant_apps.desk import speech
from tenant_apps.tickets.look import look_of
from tenant_apps.tickets.models import BODY_LENGTH, Message


def is_wanted(request: HttpRequest) -> bool:
    """Whether the composer asks for its preview alone; without scripts it comes with the page."""
    return "look" in request.POST and wants_part(request)


def part(request: HttpRequest) -> HttpResponse:
    """The preview alone. Nothing is kept, and nothing is refused: sending does that."""
    context = {"look": look(request.POST.get("body", "")), "action": request.get_full_path()}
    return render(request, "parts/_look.html", context)


def look(body: str) -> SafeString:
    """The words as their readers will see them."""
    body = body[:BODY_LENGTH]
    return speech.drawn(Message(body=body, html=look_of(body)))
