"""The settings pages: under which heading each stands beside the others, and for whom it is."""

from collections.abc import Callable
from dataclasses import dataclass

from portico.actor import Actor
from tenant_apps.people import access as people
from tenant_apps.tickets import access


def _configures(actor: Actor) -> bool:
    return access.may(actor, "configure", access.COMPANY_DESK)


def _keeps_people(actor: Actor) -> bool:
    return people.may(actor, "manage_people")


def _makes_roles(actor: Actor) -> bool:
    return people.may(actor, "keep_roles")


def _leads(actor: Actor) -> bool:
    return actor.role in access.MANAGERS


def _everybody(_: Actor) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Setting:
    """One page: the name of its address, its words, and the names of the pages that belong to it."""

    name: str
    label: str
    is_for: Callable[[Actor], bool] = _configures
    also: tuple[str, ...] = ()
    kind: str = ""  # of recipes

    @property
    def args(self) -> tuple[str, ...]:
        """What its address is made with."""
        return (self.kind,) if self.kind else ()

    def is_here(self, page: str, kind: str) -> bool:
        """Whether the page of this address is it, or belongs to it."""
        return page in (self.name, *self.also) and self.kind in ("", kind)


_INVITING = ("setup:person", "setup:invitations", "setup:invite", "setup:import", "setup:import-list")
_PEOPLE = (*_INVITING, "setup:deactivate", "setup:ownership")
_LINES = ("setup:connection", "setup:connection-new", "setup:connection-enforce")
_RECIPE = ("setup:recipe", "setup:recipe-new")
SETTINGS: dict[str, tuple[Setting, ...]] = {
    "Desk": (
        Setting("setup:overview", "Overview"),
        Setting("setup:start", "First steps"),
        Setting("setup:brand", "Brand"),
        Setting("setup:domains", "Domains"),
        Setting("setup:departments", "Departments"),
        Setting("setup:types", "Request types", also=("setup:type",)),
        Setting("setup:distribution", "Distribution"),
        Setting("setup:files", "Files"),
        Setting("setup:numbers", "Numbers"),
    ),
    "Mail": (
        Setting("setup:channels", "Incoming mail", also=("setup:channel",)),
        Setting("setup:outgoing", "Outgoing mail"),
        Setting("setup:letters", "Words of mails", also=("setup:letter",)),
    ),
    "People": (
        Setting("setup:people", "People", _keeps_people, _PEOPLE),
        Setting("setup:teams", "Teams", also=("setup:team",)),
        Setting("setup:sign-in", "Signing in"),
        Setting("setup:connections", "Identity providers", also=_LINES),
        Setting("setup:roles", "Roles", _makes_roles, ("setup:role",)),
    ),
    "Portico": (
        Setting("billing:billing", "Plan and billing", _leads, ("billing:errand",)),
        Setting("desk:staff-access", "Staff access", _leads),
    ),
    "Apps": (
        Setting("setup:telemetry", "Desktop apps", _leads, ("setup:telemetry-person",)),
        Setting("setup:keys", "Keys for programs", _leads, ("setup:key-secret",)),
        Setting("setup:apps", "Partners’ apps", _leads, ("setup:app",)),
    ),
    "Shortcuts": (
        Setting("setup:recipes", "Macros", _everybody, _RECIPE, "macros"),
        Setting("setup:recipes", "Canned replies", _everybody, _RECIPE, "replies"),
        Setting("setup:recipes", "Templates", _everybody, _RECIPE, "templates"),
        Setting("setup:recipes", "Saved views", _everybody, _RECIPE, "views"),
    ),
}


def open_to(actor: Actor) -> list[tuple[str, list[Setting]]]:
    """The headings with the pages that this person may open, without empty ones."""
    found = ((heading, [one for one in some if one.is_for(actor)]) for heading, some in SETTINGS.items())
    return [(heading, some) for heading, some in found if some]
