"""What each role of the platform's staff may do, in words: read from the verb tables that the product itself asks."""

from collections.abc import Mapping

from portico.actor import SEES_ALL
from shared_apps.accounts import access as accounts
from shared_apps.care import access as care
from shared_apps.console import fleet
from shared_apps.incidents import access as incidents
from shared_apps.staff import access as staff
from tenant_apps.tickets import access as tickets
from tenant_apps.visits import access as visits
from tenants.life import access as life

TABLES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tickets": tickets.MAY,
    "incidents": incidents.MAY,
    "visits": visits.MAY,
    "care": care.MAY,
    "life": life.MAY,
    "staff": staff.MAY,
    "accounts": accounts.MAY,
    "console": {"read_audit": SEES_ALL, "keep_fleet": frozenset(fleet.KEEPERS)},  # pages without a verb of their own
}
# Words, and the verbs behind them: those of one row are given to the same roles.
RIGHTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Read and answer tickets they see": {"tickets": ("see", "reply")},
    "Change status and importance": {"tickets": ("change_status", "set_importance")},
    "Take a ticket or put it back": {"tickets": ("assign",)},
    "Escalate, hand over saying why": {"tickets": ("escalate", "hand_over")},
    "Assign to others": {"tickets": ("assign_others",)},
    "Reopen what is closed": {"tickets": ("reopen_closed",)},
    "Link tickets to incidents, and note": {
        "incidents": ("see", "link", "note"),
        "tickets": ("link_incident",),
    },
    "Open and lead incidents": {"incidents": ("open", "lead", "count_all")},
    "See a company as one of its people": {"visits": ("visit",)},
    "See their own visits": {"visits": ("see_own_visits",)},
    "See everybody’s visits": {"visits": ("see_all_visits",)},
    "See companies whose requests they see, and note on them": {"care": ("see", "note")},
    "See every company, and how each does": {"care": ("see_every", "see_health")},
    "Read and write confidential notes": {"care": ("confide",)},
    "Delete what others noted": {"care": ("delete_notes_of_others",)},
    "Name the agents of a company": {"care": ("designate",)},
    "Set tier and white label of a company": {"care": ("set_tier", "set_white_label")},
    "Suspend, resume, archive, export companies": {"life": ("suspend", "resume", "archive", "export")},
    "Restore, move, erase companies": {"life": ("restore", "move", "erase")},
    "See who is on the team": {"staff": ("see_team",)},
    "See and set coverage": {"staff": ("see_coverage", "set_coverage")},
    "Invite, suspend, change roles": {"staff": ("manage_team",)},
    "Change the subjects": {"staff": ("keep_catalogue",)},
    "Read the audit": {"console": ("read_audit",)},
    "Look after the fleet": {"console": ("keep_fleet",)},
    "Have keys for programs": {"accounts": ("have_keys",)},
    "Help who lost their second step": {"accounts": ("rescue",)},
}


def roles_of(verbs: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Whoever may do all of this."""
    return frozenset.intersection(*(TABLES[app][verb] for app, named in verbs.items() for verb in named))
