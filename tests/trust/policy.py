"""Who may open what: one row for each route, read by the matrix. A route without a row fails it."""

from shared_apps.care import access as care
from shared_apps.console.fleet import KEEPERS
from shared_apps.incidents import access as incidents
from shared_apps.staff import access as staff
from tenant_apps.tickets import access as tickets
from tenant_apps.visits import access as visits
from tenants.life import access as life
from tests.trust import billing, policy_mail, policy_mailout, signing_in
from tests.trust.accounts import SIGN_IN, account_of
from tests.trust.partners import PARTNERS
from tests.trust.policy_people import OWN, PROGRAMS
from tests.trust.policy_settings import SETTINGS
from tests.trust.visitors import ON_VISITS, with_visitors

ANYBODY = "anybody"
_ALL = frozenset({ANYBODY})
_DESK, _STAFF = tickets.COMPANY, tickets.STAFF
_TEAM, _SETS_COVERAGE = staff.MAY["see_team"], staff.MAY["set_coverage"]
_MANAGES, _KEEPS = staff.MAY["manage_team"], staff.MAY["keep_catalogue"]
SUBJECT = "admin/team/subjects/<slug:subject_key>"
# On the portal: everybody of the company; whoever does not answer there; and Cleo, whose own request is asked about.
_HOME, _ASKS, _CLEO = tickets.AT_HOME["see"], tickets.CUSTOMERS, frozenset({"customer"})
_ALL_METHODS = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), _ALL)

_EVERYWHERE = {
    "brand.css": {"GET": _ALL},
    "api/schema": {"GET": _ALL},
    "api/schema/": {"GET": _ALL},
    "api/docs": {"GET": _ALL},
    "api/docs/": {"GET": _ALL},
    "api/": {},
}
_END_KEY = "account/keys/<uuid:key_id>/end"  # the key of the world is one of the company

_PUBLIC = {
    "": {"GET": _ALL, "POST": _ALL},
    "signup/check": {"GET": _ALL},
    **billing.PUBLIC,
    **dict.fromkeys(("signup/at/<slug:key>", "signup/continue/<str:code>"), {}),
    "desks": {"GET": _ALL, "POST": _ALL},
    "terms": {"GET": _ALL},
    "signup/preparing/<slug:key>": {},
    "carry": {},  # what was agreed to comes along, signed
}
_COMPANY = {
    "": {"GET": _ALL},
    "brand/<slug:key>.png": {},  # for everybody, and there is none with the key of the world
    "brand/<slug:key>-icon.png": {},
    "manager/": _ALL_METHODS,
    "manager/tickets": {"GET": _DESK},
    "manager/tickets/new": {"GET": _DESK, "POST": _DESK},
    "manager/tickets/<uuid:ticket_id>": {"GET": _DESK},
    "manager/tickets/<uuid:ticket_id>/reply": {"GET": _DESK, "POST": _DESK},
    "manager/tickets/<uuid:ticket_id>/rate": {"GET": _DESK, "POST": frozenset({"manager"})},  # Ada asked it
    "welcome/<str:code>": {"GET": _ALL},
    "api/support/tickets": {"GET": _DESK, "POST": _DESK},
    "api/support/tickets/<uuid:id>": {"GET": _DESK},
    "api/support/tickets/<uuid:id>/messages": {"POST": _DESK},
    "api/support/tickets/<uuid:id>/attachments": {"GET": _DESK, "POST": _DESK},
    "api/support/tickets/<uuid:id>/attachments/<uuid:attachment_id>": {"GET": _DESK},
    "api/support/attachments": {"POST": _DESK},
}

# The company's own desk for programs. Everything under `api/v1/` is asked with the company's own tickets.
_ASKERS = tickets.COMPANY | tickets.CUSTOMERS
ONE = "support/tickets/<uuid:id>"
_DESK_API = {
    "support/tickets": {"GET": _ASKERS, "POST": _ASKERS},
    ONE: {"GET": _ASKERS, "PATCH": _ASKERS, "DELETE": tickets.MANAGERS},
    f"{ONE}/status": {"PUT": _ASKERS},
    f"{ONE}/rating": {"PUT": frozenset({"customer"})},  # whose request it is
    f"{ONE}/messages": {"GET": _ASKERS, "POST": _ASKERS},
    f"{ONE}/mark-read": {"POST": _ASKERS},
    f"{ONE}/attachments": {"GET": _ASKERS, "POST": _ASKERS},
    f"{ONE}/watchers": {"POST": _ASKERS},
    f"{ONE}/links": {"GET": _DESK, "POST": _DESK},
    **{f"{ONE}/{verb}": {"POST": _DESK} for verb in ("unlink", "merge", "unmerge", "split", "snooze", "wake")},
    "support/messages": {"GET": _ASKERS, "POST": _ASKERS},
    # The message of the world is Cleo's; Mia follows the request it stands in.
    "support/messages/<uuid:message_id>": {"GET": _ASKERS, "PATCH": tickets.MANAGERS | {"customer"}},
    "support/messages/<uuid:message_id>/reactions": {"POST": _ASKERS, "DELETE": _ASKERS},
    "support/events": {"GET": _ASKERS},
    **{f"support/{name}": {"GET": _ASKERS} for name in ("departments", "priorities", "statuses")},
    **{f"support/admin/{name}": {"GET": _DESK} for name in ("tickets", "my-assigned-tickets", "employees", "stats")},
    "support/admin/deleted": {"GET": tickets.MANAGERS},
    f"{ONE}/bring-back": {"POST": frozenset()},  # the ticket of the world was never deleted
    "support/admin/tickets/<uuid:id>": {"PUT": _DESK},
    "support/admin/tickets/<uuid:id>/assign": {"PUT": _DESK},
    "support/admin/tickets/<uuid:id>/unassign": {"PUT": _DESK},
    "tickets": {"GET": _ASKERS, "POST": _ASKERS},
    "tickets/<uuid:id>": {"GET": _ASKERS, "PATCH": _ASKERS, "DELETE": tickets.MANAGERS},
    "tickets/<uuid:id>/comments": {"GET": _ASKERS, "POST": _ASKERS},
    "tickets/<uuid:id>/attachments": {"GET": _ASKERS, "POST": _ASKERS},
    "support/attachments": {"POST": _ASKERS},
    "users": {"GET": _ASKERS},
    "companies": {"GET": _ASKERS},
    "telemetry/events": {"POST": _ASKERS},
    "telemetry/sharing": {"GET": _ASKERS, "PUT": _ASKERS},
    "desktop/tickets": {"POST": _ASKERS},
}
_COMPANY |= policy_mail.COMPANY
_PUBLIC |= policy_mailout.PUBLIC
_COMPANY |= policy_mailout.COMPANY
_COMPANY |= {f"api/v1/{path}": row for path, row in (_DESK_API | PROGRAMS | billing.API).items()} | OWN | PARTNERS
# Routes whose objects are those of the company's own desk (`world.objects["home", …]`).
AT_HOME = ("api/v1/", "files/", "manager/inbox", "manager/board", "manager/calendar", "manager/deleted", "requests")
# What takes from others the right to what they are asked after it.
ASKED_LAST = ("api/v1/support/admin/tickets/<uuid:id>/unassign", "visit/leave", "logout")
_MANAGERS = tickets.MANAGERS
_LEADS = {"GET": staff.MAY["see_coverage"]}
_INBOX = {
    "manager/audit": {"GET": _MANAGERS},
    "manager/audit.<slug:form>": {"GET": _MANAGERS},
    "manager/board": {"GET": _DESK},
    **{f"manager/board/{place}": {"GET": _DESK, "POST": _DESK} for place in ("move", "undo")},
    "manager/calendar": {"GET": _DESK},
    "manager/incidents/<uuid:key>/put-away": {"GET": _DESK, "POST": _DESK},
    "manager/deleted": {"GET": _MANAGERS},
    "manager/deleted/<uuid:request_id>": {"GET": _MANAGERS, "POST": frozenset()},
    "manager/inbox": {"GET": _DESK},
    "manager/inbox/new": {"GET": _DESK, "POST": _DESK},
    "manager/inbox/find": {"GET": _DESK},
    "manager/inbox/bulk": {"GET": _DESK, "POST": _DESK},
    "manager/inbox/bulk/reply": {"GET": _DESK, "POST": _DESK},
    "manager/inbox/export.csv": {"GET": _DESK},
    "manager/inbox/export.jsonl": {"GET": _DESK},
    "manager/inbox/columns": {"GET": _DESK, "POST": _DESK},
    "manager/inbox/<uuid:request_id>": {"GET": _DESK},
    **{
        f"manager/inbox/<uuid:request_id>/{place}": {"GET": _DESK, "POST": _DESK}
        for place in ("do", "reply", "draft", "said", "here", "use")
    },
}
# A form's address, opened by hand, leads back to its page, whoever asks and whatever is there.
_PORTAL = {
    "requests": {"GET": _HOME},
    "requests/new": {"GET": _HOME, "POST": _HOME},
    "requests/<uuid:request_id>": {"GET": _ASKS},
    "requests/<uuid:request_id>/reply": {"GET": _ASKS, "POST": _ASKS},
    "requests/<uuid:request_id>/follow": {"GET": _ASKS, "POST": _ASKS},
    "requests/<uuid:request_id>/draft": {"GET": _ASKS, "POST": _ASKS},
    "requests/<uuid:request_id>/react": {"GET": _ASKS, "POST": _ASKS},
    "requests/<uuid:request_id>/messages/<uuid:message_id>": {"GET": _CLEO, "POST": _CLEO},
    "requests/<uuid:request_id>/close": {"GET": _ASKS, "POST": _CLEO},
    "requests/<uuid:request_id>/rate": {"GET": _ASKS, "POST": _CLEO},
    "requests/<uuid:request_id>/reopen": {"GET": _ASKS, "POST": _ASKS},
}
# Files of a request: whoever sees the message they came with. There is no picture among them.
_FILES = {
    "files/upload": {"POST": _HOME},
    "files/<uuid:attachment_id>": {"GET": _HOME},
    "files/<uuid:attachment_id>/small": {},
    "files/<uuid:attachment_id>/large": {},
}
_LINS = frozenset({"platform_support"})  # who wrote the note of the world
_COMPANY_PAGE, _AGREES = "admin/companies/<slug:company>", care.MAY["designate"]
_INCIDENT, _LEADS_IT = "incidents/<int:incident_id>", incidents.MAY["lead"]
_CONSOLE = {
    "": _ALL_METHODS,
    "admin": _ALL_METHODS,
    "admin/find": {"GET": _STAFF},
    "admin/tickets": {"GET": _STAFF},
    "admin/tickets/bulk": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/all": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/all/<uuid:batch_id>": {"GET": frozenset()},  # one's own, and there is none
    "admin/tickets/all/<uuid:batch_id>/undo": {"POST": frozenset()},
    "admin/tickets/views": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/views/<int:view_id>": {"POST": frozenset()},  # one's own, and there is none
    "admin/tickets/next": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/<int:index_id>": {"GET": _STAFF},
    "admin/tickets/<int:index_id>/reply": {"GET": _ALL, "POST": _STAFF},
    "admin/tickets/<int:index_id>/status": {"GET": _ALL, "POST": _STAFF},
    "admin/tickets/<int:index_id>/assign": {"GET": _ALL, "POST": _STAFF},
    "admin/tickets/<int:index_id>/here": {"GET": _ALL, "POST": _STAFF},
    "admin/tickets/<int:index_id>/importance": {"GET": _ALL, "POST": _STAFF},
    "admin/tickets/pass-on": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/<int:index_id>/pass-on": {"GET": _STAFF, "POST": _STAFF},
    "admin/tickets/<int:index_id>/notes": {"GET": _ALL, "POST": _STAFF},
    # The note of the world is about a company, not about this request (`tests/trust/test_confidential.py`).
    "admin/tickets/<int:index_id>/notes/<uuid:note_id>": {},
    "admin/tickets/<int:index_id>/notes/<uuid:note_id>/bring-back": {},
    # Files of a request to Portico: whoever of the staff sees it. There is no picture among them.
    "admin/tickets/<int:index_id>/files/upload": {"POST": _STAFF},
    "admin/tickets/<int:index_id>/files/<uuid:attachment_id>": {"GET": _STAFF},
    "admin/tickets/<int:index_id>/files/<uuid:attachment_id>/small": {},
    "admin/tickets/<int:index_id>/files/<uuid:attachment_id>/large": {},
    "admin/tickets/<int:index_id>/view-as": {"GET": visits.MAY["visit"], "POST": visits.MAY["visit"]},
    "admin/visits": {"GET": visits.MAY["see_own_visits"]},
    "admin/companies": {"GET": care.MAY["see"]},
    _COMPANY_PAGE: {"GET": care.MAY["see"]},
    f"{_COMPANY_PAGE}/decide/<slug:verb>": {"GET": life.MAY["suspend"], "POST": life.MAY["suspend"]},
    f"{_COMPANY_PAGE}/care": {"GET": _AGREES, "POST": _AGREES},
    f"{_COMPANY_PAGE}/notes": {"GET": care.MAY["see"], "POST": care.MAY["note"]},
    f"{_COMPANY_PAGE}/notes/<uuid:note_id>": {"GET": _LINS, "POST": _LINS},
    f"{_COMPANY_PAGE}/notes/<uuid:note_id>/bring-back": {"POST": frozenset()},  # nobody deleted that of the world
    "admin/tickets/<int:index_id>/incident": {"GET": _ALL, "POST": incidents.MAY["link"]},
    "admin/incidents": {"GET": incidents.MAY["see"]},
    "admin/incidents/new": {"GET": incidents.MAY["open"], "POST": incidents.MAY["open"]},
    f"admin/{_INCIDENT}": {"GET": incidents.MAY["see"]},
    f"admin/{_INCIDENT}/notes": {"GET": incidents.MAY["see"], "POST": incidents.MAY["note"]},
    f"admin/{_INCIDENT}/link": {"GET": incidents.MAY["see"], "POST": incidents.MAY["link"]},
    **{
        f"admin/{_INCIDENT}/{verb}": {"GET": _LEADS_IT, "POST": _LEADS_IT}
        for verb in ("edit", "say", "solve", "reopen")
    },
    "platform-admin/incidents": {"GET": incidents.MAY["see"], "POST": incidents.MAY["open"]},
    f"platform-admin/{_INCIDENT}": {"GET": incidents.MAY["see"], "PATCH": _LEADS_IT},
    **{f"platform-admin/{_INCIDENT}/{verb}": {"POST": _LEADS_IT} for verb in ("updates", "solve", "reopen")},
    f"platform-admin/{_INCIDENT}/tickets": {"POST": incidents.MAY["link"]},
    f"platform-admin/{_INCIDENT}/tickets/<int:id>": {"DELETE": incidents.MAY["link"]},
    "admin/mails": {"GET": _STAFF, "POST": _STAFF},
    "admin/audit": _LEADS,
    "admin/audit.<slug:form>": _LEADS,
    "admin/fleet": {"GET": frozenset(KEEPERS)},
    f"{_COMPANY_PAGE}/mail": {"GET": care.MAY["see_health"]},
    "admin/telemetry": {"GET": _STAFF},
    "admin/telemetry/<slug:company>": {"GET": care.MAY["see"]},
    "admin/team": {"GET": _TEAM},
    "admin/team/<uuid:admin_id>": {"GET": _SETS_COVERAGE, "POST": _SETS_COVERAGE},
    "admin/team/<uuid:admin_id>/history": {"GET": _MANAGES},
    "admin/team/<uuid:admin_id>/second-step": {"POST": frozenset()},
    "admin/team/<uuid:admin_id>/suspend": {"GET": _MANAGES, "POST": _MANAGES},
    **{f"admin/team/<uuid:admin_id>/{verb}": {"POST": _MANAGES} for verb in ("role", "skills", "resume")},
    "admin/team/invite": {"GET": _MANAGES, "POST": _MANAGES},
    "admin/team/invitations/<uuid:invitation_id>/revoke": {"POST": _MANAGES},
    "admin/team/undo/<uuid:event_id>": {"POST": frozenset()},  # the event of the world is a company's
    "admin/team/subjects": {"GET": _KEEPS, "POST": _KEEPS},
    **dict.fromkeys((SUBJECT, f"{SUBJECT}/merge"), {"GET": _KEEPS, "POST": _KEEPS}),
    **{f"{SUBJECT}/{verb}": {"POST": _KEEPS} for verb in ("retire", "bring-back", "move")},
    "invitation/<str:code>": {},  # there is none with the code of the world
    "platform-admin/tickets": {"GET": _STAFF},
    "platform-admin/tickets/<int:id>": {"GET": _STAFF},
    "platform-admin/tickets/<int:id>/messages": {"POST": _STAFF},
    "platform-admin/tickets/<int:id>/uploads": {"POST": _STAFF},
    "platform-admin/tickets/<int:id>/attachments": {"GET": _STAFF, "POST": _STAFF},
    "platform-admin/tickets/<int:id>/attachments/<uuid:attachment_id>": {"GET": _STAFF},
    "platform-admin/tickets/<int:id>/status": {"PATCH": _STAFF},
    "platform-admin/tickets/<int:id>/assign": {"PATCH": _STAFF},
    "platform-admin/tickets/<int:id>/escalation": {"PATCH": _STAFF},
    "platform-admin/tickets/<int:id>/assignments": {"GET": _STAFF},
    "platform-admin/tickets/<int:id>/notes": {"GET": _STAFF, "POST": _STAFF},
    "platform-admin/team/coverage/<uuid:id>": {"GET": _SETS_COVERAGE, "PUT": _SETS_COVERAGE},
    "platform-admin/": {},
}


def _with_twins(rows: dict[str, dict[str, frozenset[str]]]) -> dict[str, dict[str, frozenset[str]]]:
    """Addresses for programs answer with and without a slash at the end."""
    with_twins = ("api/support/", "api/v1/", "platform-admin/t", "platform-admin/i")
    twins = {f"{route}/": row for route, row in rows.items() if route.startswith(with_twins)}
    return rows | twins


POLICY = {
    (door, route): row
    for door, rows in {
        "public": _PUBLIC | _EVERYWHERE | signing_in.PUBLIC,
        "company": with_visitors(
            _with_twins(_COMPANY)
            | _PORTAL
            | _FILES
            | SETTINGS
            | _INBOX
            | _EVERYWHERE
            | SIGN_IN
            | ON_VISITS
            | account_of(tickets.COMPANY | tickets.CUSTOMERS)
            | {_END_KEY: {"POST": tickets.MANAGERS}}
        )
        | signing_in.COMPANY,
        "console": _with_twins(_CONSOLE)
        | _EVERYWHERE
        | SIGN_IN
        | account_of(_STAFF)
        | {_END_KEY: {"POST": frozenset()}},
    }.items()
    for route, row in rows.items()
}
