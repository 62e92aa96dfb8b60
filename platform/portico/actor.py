"""Who does it: a value that actions take and the journal stores."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from portico.errors import Forbidden, SignInNeeded

SEES_ALL = frozenset({"platform_owner", "platform_admin", "platform_supervisor"})
# Whom engineers and those who lead write to when they mark a note confidential.
CONFIDED = SEES_ALL | {"platform_engineer"}
_COVERS = "subject:"
KEY = "key"  # the capability of a company's key, which is nobody: it has no account and no work of its own


@dataclass(frozen=True)
class Actor:
    """A person, or the product itself, at the moment of acting.

    `kind` is company, staff, system or nobody. `capabilities` holds a staff member's coverage as
    `subject:<key>`, those of a company's person `team:<id>`, `tickets:none|team|all` and `may:<verb>` (what a role of
    the company's own making allows besides). The label is copied into the journal, so history outlives the account.

    During a visit (`tenant_apps.visits`) rights and sight are the person's; `behind` is the staff member who really
    acts, and whom the journal names for it.
    """

    kind: str
    id: UUID | None = None
    role: str = ""
    label: str = ""
    capabilities: frozenset[str] = field(default_factory=frozenset)
    acting_for: str | None = None
    behind: "Actor | None" = None
    visit: UUID | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.kind in {"company", "staff"}

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def sees_all(self) -> bool:
        """Whether coverage does not bound what this staff member sees."""
        return self.kind == "staff" and self.role in SEES_ALL

    @property
    def is_confided(self) -> bool:
        """Whether confidential notes are for this staff member."""
        return self.kind == "staff" and self.role in CONFIDED

    @cached_property
    def shape(self) -> "Actor":
        """The same without who it is: what decides how a statement reads that asks what this actor sees (`Kept`)."""
        return replace(self, id=None, label="", acting_for=None, behind=None, visit=None)

    @property
    def signature(self) -> str:
        """Who stands under what is written: both names, when somebody of the staff writes for a person."""
        return f"{self.label}, by {self.behind.label} of Portico"[:200] if self.behind else self.label

    def who(self, id: UUID) -> "Actor":
        """Somebody of this shape."""
        return replace(self, id=id)

    @cached_property
    def covers(self) -> frozenset[str]:
        """The subjects this staff member covers."""
        return frozenset(one.removeprefix(_COVERS) for one in self.capabilities if one.startswith(_COVERS))


SYSTEM = Actor(kind="system", role="system", label="Portico")
NOBODY = Actor(kind="nobody", label="Nobody")

VerbTable = Mapping[str, frozenset[str]]


def may(actor: Actor, verb: str, table: VerbTable) -> bool:
    """Whether this actor's role stands beside the verb; the product itself may always. KeyError for an unknown verb."""
    roles = table[verb]
    return actor.kind == "system" or (actor.is_signed_in and actor.role in roles)


def require(actor: Actor, verb: str, table: VerbTable) -> None:
    """Raise SignInNeeded for nobody and Forbidden for somebody whose role may not."""
    if may(actor, verb, table):
        return
    if not actor.is_signed_in:
        raise SignInNeeded
    raise Forbidden("not_allowed", f"{actor.label} may not do this here ({verb.replace('_', ' ')}).")
