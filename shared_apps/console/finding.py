"""The palette of the console: from a few letters to a request, a company, a kept view, a page or a command."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portico import links, palette
from portico.actor import Actor
from portico.palette import Asked, Command, Option, Place
from portico.templatetags.portico import door, icon, status
from shared_apps.console import companies, company_list, fleet, queue, saved
from shared_apps.console.guards import staff_only
from shared_apps.incidents import access as incidents
from shared_apps.staff import access as staff
from tenant_apps.tickets import catalogue
from tenant_apps.visits import access as visits

_TICKET = ("console:ticket",)
_QUEUE = ("console:queue", *_TICKET)
COMMANDS = (
    Command("Reply", "mail", "R", _TICKET),
    Command("Take it, or give it back", "user", "A", _TICKET),
    Command("Change the status", "flow", "S", _TICKET),
    Command("On to the next step", "forward", "E", _TICKET),
    Command("Set the importance", "bolt", "P", _TICKET),
    Command("Pass on: escalate or hand over", "up", "U", _TICKET),
    Command("Note for colleagues", "lock", "W", _TICKET),
    Command("Show or hide the facts", "info", ".", _TICKET),
    Command("Filter", "filter", "F", ("console:queue",)),
    Command("Next request for me", "forward", "N", _QUEUE),
)
_ALL = (
    Place("console:queue", "Queue", "inbox", "G I", is_main=True),
    Place("console:companies", "Companies", "door", "G C", is_main=True),
    Place("console:incidents", "Incidents", "flag", "G N", is_main=True),
    Place("console:team", "Team and coverage", "people", "G T", is_main=True),
)
_FLEET = Place("console:fleet", "Fleet", "stack", "G F", is_main=True)
_APPS = Place("console:telemetry", "Desktop apps", "chart", "G D", is_main=True)
_AUDIT = Place("console:audit", "Audit", "shield", "G A", is_main=True)
_OPEN_INCIDENT = Place("console:incidents-new", "Open an incident", "plus")
_INVITE = Place("console:team-invite", "Invite somebody", "plus")
_SUBJECTS = Place("console:team-subjects", "Subjects", "tag")
_VISITS = Place("console:visits", "Your visits", "eye")
_OWN = (
    Place("accounts:security", "Your account", "shield"),
    Place("accounts:keys", "Your keys", "lock"),
    Place("console:mails", "Mails to you", "mail"),
)


@require_safe
@staff_only
def find(request: HttpRequest) -> HttpResponse:
    """What begins with the words, of what this staff member sees; `#` asks for requests alone."""
    asked, actor = palette.asked(request), request.actor
    groups = [
        ("Do", palette.commands(asked, COMMANDS)),
        ("Go to", palette.places(asked, _places(actor)) + palette.all_keys(asked)),
        ("Views", _views(asked, actor)),
        ("Companies", _companies(asked, actor)),
        ("Requests", _requests(asked, actor)),
    ]
    return palette.answer(request, groups, asked, "console/find.html")


def _places(actor: Actor) -> list[Place]:
    """The pages that this staff member may open."""
    known = {
        _FLEET: actor.role in fleet.KEEPERS,
        _APPS: True,
        _AUDIT: actor.sees_all,
        _OPEN_INCIDENT: incidents.may(actor, "open"),
        _INVITE: staff.may(actor, "manage_team"),
        _SUBJECTS: staff.may(actor, "keep_catalogue"),
        _VISITS: visits.may(actor, "see_own_visits"),
    }
    return [*_ALL, *(place for place, is_open in known.items() if is_open), *_OWN]


def _views(asked: Asked, actor: Actor) -> list[Option]:
    if not asked.words:
        return []
    fit = [one for one in saved.shown_to(actor) if asked.meets(one.name)]
    start = links.to("console:queue")
    return [Option(one.name, icon("star"), start + one.address, aside="View") for one in fit[: palette.MOST]]


def _companies(asked: Asked, actor: Actor) -> list[Option]:
    if asked.is_alone or not asked.about:
        return []
    wanted = company_list.Asked(words=asked.about, order="name")
    found = company_list.page(companies.visible_to(actor), companies.open_requests(actor), wanted, None).rows
    return [
        Option(one.name, door(one, "s"), links.to("console:company", one.slug), aside=one.slug)
        for one in found[: palette.MOST]
    ]


def _requests(asked: Asked, actor: Actor) -> list[Option]:
    if not asked.about:
        return []
    start = links.to("console:queue")
    found = queue.queue(actor, queue.Filters(words=asked.about), limit=palette.MOST).rows
    known = [
        Option(
            one.sub_subject or catalogue.label_of(one.subject),
            status(one.workflow_status, only_mark=True),
            f"{start}/{one.pk}",
            aside=one.company.name,
            number=one.number,
        )
        for one in found
    ]
    return known + palette.search(asked, start + "?q=")
