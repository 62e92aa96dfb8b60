"""The palette of the workspace: from a few letters to a request, a view, a page or a command."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portico import links, palette
from portico.actor import Actor
from portico.palette import Asked, Command, Option, Place
from portico.templatetags.portico import icon, status
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox import lists, shelves
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.desk.setup import places as settings
from tenant_apps.tickets import access, kinds

_TALK = ("desk:inbox:conversation",)
_LISTS = ("desk:inbox", "desk:board", *_TALK)
COMMANDS = (
    Command("Reply", "mail", "R", (*_TALK, "desk:ticket")),
    Command("Add an internal note", "lock", "N", _TALK),
    Command("Change the status", "flow", "S", _TALK),
    Command("Assign", "user", "A", _TALK),
    Command("Change the priority", "bolt", "P", _TALK),
    Command("Snooze", "snooze", "H", _TALK),
    Command("Merge or link", "merge", "M", _TALK),
    Command("Show or hide the facts", "info", ".", _TALK),
    Command("Filter", "filter", "F", _LISTS),
)
_DESK = (
    Place("desk:inbox", "Inbox", "inbox", "G I", is_main=True),
    Place("desk:board", "Board", "board", "G B", is_main=True),
    Place("desk:calendar", "Calendar", "clock", "G C", is_main=True),
    Place("desk:inbox:new", "New request", "plus", is_main=True),
    Place("desk:tickets", "Requests to Portico", "life", "G R", is_main=True),
    Place("desk:new", "New request to Portico", "plus"),
    Place("portal:home", "Portal", "door", "G P", is_main=True),
)
_LEADS = (
    Place("setup:overview", "Settings", "gear", "G S", is_main=True),
    Place("desk:audit", "Audit", "shield", "G A", is_main=True),
    Place("desk:staff-access", "Staff access", "eye", is_main=True),
    Place("desk:mail", "Held mail", "mail", is_main=True),
    Place("desk:deleted", "Deleted requests", "close"),
)
_OWN = (
    Place("people:profile", "Your profile", "user"),
    Place("accounts:security", "Your account", "shield"),
    Place("accounts:keys", "Your keys", "lock"),
    Place("sso:own", "Connected accounts", "link"),
    Place("notices:own", "Mails to you", "mail"),
)


@require_safe
@agents_only
def find(request: HttpRequest) -> HttpResponse:
    """What begins with the words; `#` asks for requests alone. `on` names the page that asks."""
    asked, frame = palette.asked(request), frames.load(request.actor)
    groups = [
        ("Do", palette.commands(asked, COMMANDS)),
        ("Go to", palette.places(asked, _places(request)) + palette.all_keys(asked)),
        ("Views", _views(asked, request.actor, frame)),
        ("Requests", _requests(asked, request.actor, frame)),
    ]
    return palette.answer(request, groups, asked, "inbox/find.html")


def _places(request: HttpRequest) -> list[Place]:
    """The pages that this person may open; what is a person's own is closed to staff who visit as them."""
    actor = request.actor
    if actor.behind:
        return list(_DESK)
    known = [*_DESK, *(_LEADS if actor.role in access.MANAGERS else ()), *_OWN]
    pages = (one for _, some in settings.open_to(actor) for one in some)
    return known + [Place(one.name, one.label, "gear", args=one.args, aside="Settings") for one in pages]


def _views(asked: Asked, actor: Actor, frame: frames.Frame) -> list[Option]:
    inbox = links.to("desk:inbox")
    fit = [one for one in shelves.of(actor, frame) if asked.meets(one.label)]
    return [
        Option(
            one.label,
            icon(one.icon),
            inbox + lists.Wanted(one.key).query(),
            aside=f"View, {one.number}" if one.number else "View",
        )
        for one in fit[: palette.MOST]
    ]


def _requests(asked: Asked, actor: Actor, frame: frames.Frame) -> list[Option]:
    if not asked.about:
        return []
    every = shelves.of(actor, frame)[0]
    rows = lists.rows(actor, every, lists.Wanted(words=asked.about), frame)
    found = list(rows.order_by("-last_activity_at", "-id")[: palette.MOST])
    kinds.attach(found, frame.kinds)
    known = [
        Option(
            one.subject,
            status(one.workflow_status, only_mark=True),
            links.to("desk:inbox:conversation", one.pk),
            number=one.number,
        )
        for one in found
    ]
    return known + palette.search(asked, links.to("desk:inbox") + "?q=")
