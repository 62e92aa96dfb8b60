"""From the composer: canned replies come into the field, macros are done after a look at what they would do."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid, Missing
from portico.pages import render_part, wants_part
from tenant_apps.desk.inbox import moves, thread
from tenant_apps.desk.inbox.views import address, after, agents_only, show
from tenant_apps.tickets import actions, recipes
from tenant_apps.tickets.models import Recipe, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def use(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What there is to use, with its words for this very request; posted, it is used."""
    ticket = thread.find(request.actor, request_id)
    if request.method == "POST":
        return _use(request, ticket)
    offered = list(recipes.offered_to(request.actor).filter(is_active=True, kind__in=["reply", "macro"]))
    names = recipes.Names.read()
    context = {
        "ticket": ticket,
        "replies": [
            (one, recipes.render(one.content.get("text", ""), ticket, request.actor))
            for one in offered
            if one.kind == Recipe.Kind.REPLY
        ],
        "macros": [
            (one, [recipes.say(step, ticket, request.actor, names) for step in one.content["steps"]])
            for one in offered
            if one.kind == Recipe.Kind.MACRO
        ],
        "address": address(request, ticket.pk),
        "here": "inbox",
    }
    return render_part(request, "inbox/recipes.html", "inbox/_recipes.html", context)


def _use(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if not request.POST.get("recipe"):
        return redirect(address(request, ticket.pk))
    key = moves.uuid_of(request.POST["recipe"])
    recipe = recipes.offered_to(request.actor).filter(pk=key, is_active=True).first()
    if recipe is None:
        raise Missing
    if recipe.kind == Recipe.Kind.MACRO:
        seen = moves.uuid_of(request.POST["seen"]) if request.POST.get("seen") else None
        actions.run_macro(ticket, recipe, by=request.actor, seen_message=seen, can_undo=True)
        return after(request, ticket.pk, f"{recipe.name}: done.")
    if recipe.kind != Recipe.Kind.REPLY:
        raise Invalid({"recipe": ["This is nothing to use here."]})
    return _write(request, ticket, recipes.render(recipe.content.get("text", ""), ticket, request.actor))


def _write(request: HttpRequest, ticket: Ticket, words: str) -> HttpResponse:
    """The words at the end of what stands in the field, kept as its draft."""
    before = request.POST.get("body") or ticket.seat["draft"].get("body", "")
    mode = request.POST.get("mode") or ticket.seat["draft"].get("mode", "reply")
    actions.keep_draft(ticket, f"{before.rstrip()}\n\n{words}".strip(), by=request.actor, mode=mode)
    if not wants_part(request):
        return redirect(address(request, ticket.pk))
    return show(request, thread.find(request.actor, ticket.pk), part="inbox/_open.html", begun=True)
