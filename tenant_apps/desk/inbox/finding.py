"""The palette: from a few letters to a request, a view or a command."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.pages import render_part
from tenant_apps.desk.inbox import frame as frames
from tenant_apps.desk.inbox import lists, shelves
from tenant_apps.desk.inbox.views import agents_only
from tenant_apps.tickets import kinds

MOST = 8


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a key does, too."""

    label: str
    icon: str
    key: str
    needs_request: bool = True


COMMANDS = (
    Command("Reply", "mail", "R"),
    Command("Add an internal note", "lock", "N"),
    Command("Change the status", "flow", "S"),
    Command("Assign", "user", "A"),
    Command("Change the priority", "bolt", "P"),
    Command("Snooze", "snooze", "H"),
    Command("Merge or link", "merge", "M"),
    Command("Show or hide the facts", "info", "."),
    Command("New request", "plus", "C", needs_request=False),
    Command("All keys", "info", "?", needs_request=False),
)


@require_safe
@agents_only
def find(request: HttpRequest) -> HttpResponse:
    """What begins with the words; `#` asks for requests alone. `on` names the request that is open."""
    words = request.GET.get("q", "").strip()
    frame = frames.load(request.actor)
    alone = words.startswith("#")
    known = shelves.of(request.actor, frame)
    folded = words.casefold()
    context = {
        "words": words,
        "commands": [] if alone else [one for one in COMMANDS if _fits(one, folded, bool(_open(request)))],
        "found": _requests(request, frame, words.lstrip("#").strip()),
        "shelves": [] if alone else [one for one in known if folded in one.label.casefold()][:MOST],
        "inbox": reverse("desk:inbox"),
        "here": "inbox",
    }
    return render_part(request, "inbox/find.html", "inbox/_options.html", context)


def _fits(command: Command, folded: str, is_open: bool) -> bool:
    return (is_open or not command.needs_request) and any(one.startswith(folded) for one in _words(command))


def _words(command: Command) -> list[str]:
    label = command.label.casefold()
    return [label, *label.split()]


def _open(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("on", ""))
    except ValueError:
        return None


def _requests(request: HttpRequest, frame: frames.Frame, words: str) -> list[object]:
    if len(words) < 2 and not words.isdecimal():
        return []
    wanted = lists.Wanted(words=words)
    every = shelves.of(request.actor, frame)[0]
    found = list(lists.rows(request.actor, every, wanted, frame).order_by("-last_activity_at", "-id")[:MOST])
    kinds.attach(found, frame.kinds)
    return list(found)
