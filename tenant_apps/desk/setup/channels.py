"""Where mail comes in: the company's addresses, how they do, and who may write."""

from typing import Any
from uuid import UUID

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portico.database import current_company
from portico.errors import Invalid, Missing
from portico.mailing import address
from shared_apps.accounts.models import User
from tenant_apps.desk.setup.pages import done, lines, only_managers, problems_of, whole
from tenant_apps.mailroom import health, mailboxes, tokens, trying
from tenant_apps.mailroom.actions import channels as actions
from tenant_apps.mailroom.addresses import own_address
from tenant_apps.mailroom.channels import incoming_address
from tenant_apps.mailroom.models import Channel, Incoming
from tenant_apps.tickets import access, kinds, settings
from tenant_apps.tickets.actions import configuring, set_to

_TEXTS = ("name", "address", "way", "provider", "department", "type", "signature")
_OPTIONS = ("host", "port", "user", "folder", "auth", "client_id", "tenant", "trusted")
_SECRETS = ("password", "client_secret", "refresh_token", "signing_key", "api_key", "access_key")


@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def overview(request: HttpRequest) -> HttpResponse:
    """All channels with how they do, the rules for who may write, and a form for another channel."""
    if request.method != "POST":
        return _page(request)
    if "allow" in request.POST:
        return _set_rules(request)
    try:
        made = actions.keep(None, _given(request), by=request.actor)
    except Invalid as no:
        return _page(request, status=422, problems=problems_of(no), typed=request.POST)
    messages.success(request, f"{made.name} is set up. What it needs now stands here.")
    return redirect("setup:channel", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def one(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """One channel: what it needs on the other side, how it does, a test, and everything about it."""
    channel = Channel.objects.filter(pk=channel_id).first()
    if channel is None:
        raise Missing
    if request.method != "POST":
        return _one(request, channel)
    match request.POST.get("do"):
        case "test":
            return _test(request, channel)
        case "send":
            trying.send(channel, by=request.actor)
            messages.success(request, f"A mail to {channel.address} is on its way. Load this page again in a minute.")
        case "end" | "begin" as deed:
            actions.set_active(channel, deed == "begin", by=request.actor)
            said = "takes mail again" if deed == "begin" else "takes no mail any more"
            messages.success(request, f"{channel.name} {said}.")
        case _:
            try:
                seen = whole(request.POST, "version")
                actions.keep(channel, _given(request), by=request.actor, seen_version=seen)
            except Invalid as no:
                return _one(request, channel, status=422, problems=problems_of(no), typed=request.POST)
            messages.success(request, f"{channel.name} is saved.")
    return redirect("setup:channel", channel.pk)


def _test(request: HttpRequest, channel: Channel) -> HttpResponse:
    try:
        messages.success(request, mailboxes.test(channel))
    except mailboxes.Trouble as no:
        health.failed(channel, str(no))
        messages.error(request, str(no))
    return redirect("setup:channel", channel.pk)


def _given(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    given: dict[str, Any] = {name: post.get(name, "").strip() for name in _TEXTS}
    given["is_default"] = "is_default" in post
    given["options"] = {name: post.get(name, "").strip() for name in _OPTIONS} | {"is_plain": "is_plain" in post}
    given["secrets"] = {name: post.get(name, "").strip() for name in _SECRETS}
    return given


def _set_rules(request: HttpRequest) -> HttpResponse:
    post = request.POST
    try:
        value = {
            "verify_first": "verify_first" in post,
            "allow": lines(post.get("allow", "")),
            "block": lines(post.get("block", "")),
            "most_in_an_hour": whole(post, "most_in_an_hour", 30),
            "silent_hours": whole(post, "silent_hours", 0),
            "domains": _domains(post.get("domains", "")),
        }
        event = set_to("mail", value, by=request.actor, seen_version=whole(post, "version"))
    except Invalid as no:
        return _page(request, status=422, problems=problems_of(no), rules=post)
    return done(request, event, "Saved. What comes in from now on is held against these rules.", "channels")


def _domains(text: str) -> list[dict[str, Any]]:
    """Lines like `acme.example; Acme Ltd; ben@desk.example`: a domain, whose it is, and who answers."""
    found, people = [], _agents()
    for line in (one.strip() for one in text.splitlines() if one.strip()):
        domain, organisation, *more = [one.strip() for one in line.split(";")] + ["", ""]
        emails = [one.strip().lower() for one in more[0].split(",") if one.strip()]
        strange = [one for one in emails if one not in people]
        if strange:
            raise Invalid({"domains": [f"{strange[0][:80]} is not the address of somebody who answers here."]})
        found.append({"domain": domain, "organisation": organisation, "agents": [people[one] for one in emails]})
    return found


def _agents() -> dict[str, str]:
    rows = User.objects.filter(is_active=True, role__in=access.COMPANY).values_list("email", "pk")
    return {email.lower(): str(pk) for email, pk in rows}


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    rules = settings.DEFAULTS["mail"] | settings.read("mail")["mail"]
    emails = {key: email for email, key in _agents().items()}
    said = [
        "; ".join([one["domain"], one["organisation"], ", ".join(emails.get(key, "") for key in one["agents"])])
        for one in rules["domains"]
    ]
    context = {
        "channels": health.states(Channel.objects.order_by("-is_active", "name")),
        "own": own_address(current_company()),
        "held": Incoming.objects.held().count(),
        "rules": rules,
        "domains": "\n".join(one.rstrip("; ") for one in said),
        "version": configuring.version_of("mail"),
        "problems": {},
        "typed": {},
    }
    return render(request, "setup/channels.html", context | _choices() | more, status=status)


def _one(request: HttpRequest, channel: Channel, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "channel": channel,
        "state": health.states([channel])[0][1],
        "test": trying.state(channel),
        "leaves_here": trying.leaves_here(),
        "posted_at": health.moment(channel, "posted_at"),
        "incoming": incoming_address(channel),
        "hook": address(f"/mail/in/{channel.pk}/{channel.code}") if channel.way == "webhook" else "",
        "has": tokens.secrets_of(channel),
        "problems": {},
        "typed": _typed(channel),
        "host": installation.MAIL_HOST,
    }
    return render(request, "setup/channel.html", context | _choices() | more, status=status)


def _typed(channel: Channel) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in (*_TEXTS, "is_default", "version")} | channel.options


def _choices() -> dict[str, Any]:
    return {
        "ways": Channel.Way.choices,
        "providers": list(actions.PROVIDERS.items()),
        "ways_in": list(actions.WAYS_IN.items()),
        "departments": list(settings.departments().items()),
        "types": [(kind.key, kind.label) for kind in kinds.load().offered_to(agent=False)],
    }
