"""The world of the matrix: who asks, about what, with marks that nobody else may see."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portico import clock
from portico.database import company_scope
from portico.ids import uuid7
from shared_apps.accounts import keys, sessions
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.accounts.session_store import SessionStore
from shared_apps.care.actions import write_note
from shared_apps.console.incidents import linking
from shared_apps.console.models import TicketIndex
from shared_apps.incidents.actions import open_incident
from shared_apps.incidents.models import Affected
from shared_apps.staff.actions import invite
from tenant_apps.sso.models import Connection, Link
from tenant_apps.tickets import actions, attachments
from tenant_apps.tickets.actions import Assignee, Requester
from tenant_apps.visits import actions as visits
from tenant_apps.visits import finding
from tenant_apps.visits.models import Visit
from tenants.models import HOUSE_ID, Company
from tests.support import cast
from tests.trust import colleagues, matrix

MARKS = {"acme": "kaleidoscope", "borealis": "northernlight", "uncovered": "quicksilver", "hidden": "moonshadow"}
MARKS |= {"assigned": "silverbirch"}
MISSING = "01890000-0000-7000-8000-00000000dead"
# Who of the staff does not see what stands in a route: nobody but Lin wrote the note, Noa's request is in no incident.
BLIND = {
    "<int:": frozenset({"una", "eli", "max"}),
    **dict.fromkeys(("<slug:company>", "<slug:slug>"), frozenset({"una"})),
    **dict.fromkeys(("<int:incident_id>", "<uuid:note_id>"), frozenset({"noa"})),
}
_SLUGS = {"own": "acme", "foreign": "borealis", "missing": "nobody-here"}


@pytest.fixture
def people(actor_for) -> dict[str, Any]:
    """Everybody of both companies as an actor."""
    return {name: actor_for(name) for people in cast.PEOPLE.values() for name in people}


@pytest.fixture
def world(acme, borealis, ada, bo, lin, sam, inside, outside, people, client_for, token_for, settings) -> matrix.World:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    with inside(acme):
        own, file = _asked("website", MARKS["acme"], ada)
        hidden, hidden_file = _asked("billing", MARKS["uncovered"], ada)
        work = _asked("billing", MARKS["assigned"], ada)
    with inside(borealis):
        foreign, foreign_file = _asked("billing", MARKS["borealis"], bo)
    with outside():
        numbers = dict(TicketIndex.objects.values_list("ticket_id", "pk"))
        noted = {one.slug: write_note(one, one.name, by=lin) for one in Company.objects.exclude(pk=HOUSE_ID)}
    notes = {"own": noted["acme"].pk, "foreign": noted["borealis"].pk, "missing": MISSING}
    setup = _incidents(outside, sam, numbers, own, [hidden, foreign])
    setup["own"] |= _set_up(inside, acme, ada) | _invited(outside, sam)
    setup["foreign"] |= _set_up(inside, borealis, bo)
    tickets, staff = ({"own": a, "foreign": b, "missing": MISSING} for a, b in ((own.pk, foreign.pk), (sam.id, ada.id)))
    indexes = {"own": numbers[own.pk], "foreign": numbers[hidden.pk], "missing": 999_999_999}
    files = {
        "console": {"own": file, "foreign": hidden_file, "missing": MISSING},
        "company": {"own": file, "foreign": foreign_file, "missing": MISSING},
    }
    visitors, shown = _visitors(acme, people, own, (inside, outside), settings)
    found = colleagues.hired(outside, signed_in_as)
    further = [*visitors, *colleagues.with_work(found, work, sam, (inside, outside), acme)]
    return matrix.World(
        people=_people(client_for, token_for, settings) + further,
        hosts=_hosts(settings.BASE_HOST),
        objects=_with_visits(_objects(tickets, staff, indexes, files, setup, notes), shown, (acme, borealis), people),
        marks=_unseen(),
        cookie=settings.SESSION_COOKIE_NAME,
        blind=BLIND,
        bounded=frozenset({"ben", "mia", "cleo", *(one.name for one in visitors)}),
        covered_only=frozenset({"platform_support", "platform_engineer", "platform_account_manager"}),
    )


def _unseen() -> dict[str, list[str]]:
    """The marks that nobody there may be shown."""
    everything = list(MARKS.values())
    return {
        "acme": [MARKS["borealis"]],
        "borealis": _all_but("borealis"),
        **dict.fromkeys(("console:lin", "console:ivo", "console:kim"), _all_but("acme")),
        "console:noa": _all_but("assigned"),
        **dict.fromkeys(("everything", "console", "console:una", "console:eli", "console:max"), everything),
        **dict.fromkeys(("hidden", "console:sam", "console:ann", "console:omar"), [MARKS["hidden"]]),
    }


def _all_but(name: str) -> list[str]:
    return [mark for key, mark in MARKS.items() if key != name]


def _hosts(base: str) -> dict[str, str]:
    return {slug: f"{slug}.{base}" for slug in ("acme", "borealis", "console")} | {"public": base}


def _visitors(acme: Any, people: Any, ticket: Any, scopes: Any, settings: Any) -> tuple[list[matrix.Person], Any]:
    """Four of the staff who see Acme as Cleo and as Ben, to look and to act; and one of their visits."""
    inside, outside = scopes
    with inside(acme):
        visits.agree("act", clock.now() + timedelta(days=1), "", by=people["ada"])
    found = []
    for name, mode in product(("cleo", "ben"), ("read", "act")):
        with outside():
            user = User.objects.create_user(f"{mode}-{name}@portico.example", name=mode, role="platform_supervisor")
            session = signed_in_as(user)
            by = actor_of(user)
        with inside(acme):
            made, code = visits.make_ready(ticket, people[name].id, mode, "By the matrix", by=by, session=session)
            visit = visits.begin(code)
            key = finding.open_session(visit, acme)
        role = f"{people[name].role} {'reading' if mode == 'read' else 'acting'}"
        found.append(matrix.Person(f"{mode} as {name}", role, "acme", session=key, cookie=settings.VISIT_COOKIE_NAME))
    return found, visit.pk


def _declined(company: Any, key: Any) -> Any:
    """A visit that was not allowed, in another company."""
    with company_scope(company), transaction.atomic():
        mark = MARKS["borealis"]
        said = {"staff_id": key, "staff_name": mark, "ticket_id": key, "number": mark, "mode": "read"}
        return Visit.objects.create(state="declined", person_name=mark, **said).pk


def signed_in_as(user: Any) -> str:
    """The key of a session of this person; in the scope where their account is."""
    request = HttpRequest()
    request.session = SessionStore()
    sessions.sign_in(request, user)
    request.session.save()
    return str(request.session.session_key)


def _with_visits(objects: dict[Any, dict[str, str]], own: Any, companies: Any, people: Any) -> dict[Any, Any]:
    keys = {"own": own, "foreign": _declined(companies[1], own), "missing": MISSING}
    known = {(door, one): row | {"<uuid:visit_id>": str(keys[one])} for (door, one), row in objects.items()}
    return known | _home(*companies, people)


def _asked(subject: str, mark: str, by: Any) -> tuple[Any, Any]:
    """A request to Portico, and the id of the file that came with it."""
    file = attachments.receive(SimpleUploadedFile(f"{mark}.txt", mark.encode()), by=by)
    said = {"subject": subject, "sub_subject": mark, "description": "A", "files": [file.pk]}
    return actions.open_ticket(**said, by=by), file.pk


def _home(acme: Any, borealis: Any, people: dict[str, Any]) -> dict[Any, dict[str, str]]:
    """Requests on the companies' own desks: Cleo's, which Mia watches and Ben works on; one of somebody
    without an account; and one of Olga's that is Ada's work, hidden from all but managers."""
    own = _wish(acme, people["cleo"], people["ben"], MARKS["acme"], watcher=people["mia"])
    hidden = _wish(acme, people["olga"], people["ada"], MARKS["hidden"])
    stranger = Requester(uuid7(), "Carl Voss", "carl@example.com", is_contact=True)
    foreign = _wish(borealis, people["bo"], people["bea"], MARKS["borealis"], requester=stranger)
    agents = {"own": people["ben"].id, "foreign": people["bea"].id, "hidden": people["ada"].id, "missing": MISSING}
    found = {"own": own, "foreign": foreign, "hidden": hidden, "missing": (MISSING, MISSING, MISSING)}
    return {
        ("home", target): {
            **dict.fromkeys(("<uuid:id>", "<uuid:ticket_id>", "<uuid:request_id>"), str(ticket)),
            "<uuid:message_id>": str(message),
            "<uuid:attachment_id>": str(file),
            "<uuid:agent_id>": str(agents[target]),
            **(dict.fromkeys(("<uuid:person_id>", "<uuid:invite_id>"), MISSING) if target == "hidden" else {}),
        }
        for target, (ticket, message, file) in found.items()
    }


def _wish(company: Any, asker: Any, agent: Any, mark: str, watcher: Any = None, **named: Any) -> tuple[Any, Any, Any]:
    """The ids of a request, its first message, and the file that came with it."""
    with company_scope(company), transaction.atomic():
        file = attachments.receive(SimpleUploadedFile(f"{mark}.txt", mark.encode()), by=asker)
        more = {"subject": mark, "description": mark, "desk": "company", "files": [file.pk]}
        ticket = actions.open_ticket(**more, **named, by=asker)
        ticket = actions.assign(ticket, Assignee(agent.id, agent.label), by=agent)
        if watcher:
            actions.watch(ticket, watcher.id, True, by=agent)
        return ticket.pk, ticket.messages.get().pk, file.pk


def _set_up(inside: Any, company: Any, by: Any) -> dict[str, str]:
    """What settings pages name, once for each company."""
    from tenant_apps.partners import actions as partners
    from tenant_apps.people import actions as people
    from tenant_apps.people.actions import importing
    from tenant_apps.people.actions.inviting import Wish

    with inside(company):
        team, _ = people.add_team(f"Team of {by.label}", by=by)
        recipe, _ = actions.add_recipe("reply", "Greeting", {"text": "Hello"}, by=by, scope="company")
        key, event = actions.add_type(f"Type of {by.label}", "simple", by=by)
        ends = timezone.now() + timedelta(days=30)
        made, _ = keys.make(keys.Wish("Robot", ["tickets:read"], ends, uuid7(), role="agent"), by=by)
        connection = Connection.objects.create(kind="oidc", name=f"Provider of {by.label}")
        link = Link.objects.create(connection=connection, subject="nobody", target=uuid7())
        person = User.objects.create_user(f"per@{by.id}.example", None, name=f"Per of {by.label}", role="customer")
        asked, _ = people.invite("nia@matrix.example", Wish("customer"), by=by)
        listed, _ = importing.look_over("list.csv", b"email\nper@matrix.example", "customer", by=by)
        role, _ = people.save_role("", f"Role of {by.label}", "agent", [], by=by)
        back = "https://partner.example/back"
        app, _ = partners.make(partners.Wish("Sheets", [back], ["tickets:read"], True, uuid7()), by=by)
        partners.authorize(app, app.scopes, back, "c" * 43, by=by)
        ids = {"app": app.pk, "grant": app.grants.get().pk}
    ids |= {"connection": connection.pk, "link": link.pk, "invite": asked.pk, "import": listed.pk}
    ids |= {"team": team.pk, "recipe": recipe.pk, "event": event.pk, "person": person.pk, "key": made.pk}
    named = {f"<uuid:{name}_id>": str(value) for name, value in ids.items()}
    return named | {"<slug:type_key>": key, "<slug:kind>": "replies", "<slug:role_key>": role.key}


def _invited(outside: Any, by: Any) -> dict[str, str]:
    with outside():
        invitation, _ = invite("nia@portico.example", "platform_support", by=by)
    return {"<uuid:invitation_id>": str(invitation.pk)}


def _incidents(outside: Any, sam: Any, numbers: dict[Any, int], own: Any, others: list[Any]) -> dict[str, Any]:
    """One that Lin covers, with Acme's ticket in it, and one that she does not; and what companies call them."""
    made: dict[str, Any] = {}
    for target, subject, mark, tickets in (
        ("own", "website", "acme", [own]),
        ("foreign", "billing", "uncovered", others),
    ):
        with outside():
            one = open_incident(f"Headline {MARKS[mark]}", "Mail is late", subject, "We look into it.", by=sam)
            for ticket in tickets:
                linking.link(one, numbers[ticket.pk], by=sam)
            company_id = 1 if target == "own" else 2
            key = Affected.objects.get(incident=one, company_id=company_id).pk
        made[target] = {"<int:incident_id>": str(one.pk), "<uuid:key>": str(key)}
    return made


def _objects(
    tickets: dict[str, Any],
    staff: dict[str, Any],
    indexes: dict[str, Any],
    files: dict[str, dict[str, Any]],
    setup: dict[str, dict[str, str]],
    notes: dict[str, Any],
) -> dict[Any, dict[str, str]]:
    missing = dict.fromkeys(setup["own"], MISSING) | {"<slug:kind>": "replies", "<int:incident_id>": "999999999"}
    return {
        (door, target): {
            "<uuid:id>": str((tickets if door == "company" else staff)[target]),
            "<uuid:ticket_id>": str(tickets[target]),
            "<uuid:admin_id>": str(staff[target]),
            "<int:id>": str(indexes[target]),
            "<int:index_id>": str(indexes[target]),
            "<int:view_id>": "4711",  # nobody has kept a view
            "<uuid:batch_id>": MISSING,
            "<uuid:once>": MISSING,
            "<uuid:attachment_id>": str(files["company" if door == "company" else "console"][target]),
            "<slug:key>": MISSING,
            "<slug:form>": "csv",  # is nobody's, and every company has numbers that all of the staff see
            **dict.fromkeys(("<slug:slug>", "<slug:company>"), _SLUGS[target]),
            "<uuid:assignee>": None,
            "<slug:verb>": "suspend",
            "<uuid:note_id>": str(notes[target]),
            **dict.fromkeys(("<str:code>", "<str:token>"), "nothing"),
            **dict.fromkeys(("<uuid:mail_id>", "<uuid:channel_id>"), MISSING),
            **dict.fromkeys(("<slug:provider>", "<slug:name>", "<slug:template>", "<slug:token>"), "nobody"),
            "<str:secret>": "nothing",
            "<int:number>": "987654321",
            "<slug:subject_key>": {"own": "other", "foreign": "email", "missing": MISSING}[target],
            **(missing | setup.get(target, {})),
        }
        for door in matrix.URLCONFS
        for target in ("own", "foreign", "missing")
    }


def _people(client_for: Callable[[str], Any], token_for: Callable[[str], str], settings: Any) -> list[matrix.Person]:
    roles = {name: role for people in cast.PEOPLE.values() for name, (_, role) in people.items()}
    roles |= {name: role for name, (_, role, _) in cast.STAFF.items()}
    people = [matrix.Person("nobody", "", "nowhere")]
    for name, role in roles.items():
        home = cast.company_of(name) or "console"
        session = client_for(name).cookies[settings.SESSION_COOKIE_NAME].value
        people.append(matrix.Person(name, role, home, session=session))
        people.append(matrix.Person(name, role, home, token=token_for(name)))
    return people
