"""What can be done with a company's people. Each verb: permission, lock, rule, write, record."""

from tenant_apps.people.actions.handing import hand_on, progress_of
from tenant_apps.people.actions.inviting import (
    MOST_AT_ONCE,
    Invited,
    Outcome,
    accept,
    accept_elsewhere,
    accept_waiting,
    invite,
    invite_several,
    look_at,
    look_at_marked,
    resend,
    revoke,
)
from tenant_apps.people.actions.leaving import (
    Leaving,
    change_role,
    deactivate,
    hold,
    leave,
    pass_ownership,
    reactivate,
    what_leaves,
)
from tenant_apps.people.actions.profiles import change_profile, set_photo
from tenant_apps.people.actions.role_making import drop_role, save_role
from tenant_apps.people.actions.undoing import undo
from tenant_apps.people.actions.working import (
    add_team,
    change_team,
    choose_columns,
    facts_of,
    mark_of,
    put_away,
    set_members,
    set_profile,
)

__all__ = [
    "MOST_AT_ONCE",
    "Invited",
    "Leaving",
    "Outcome",
    "accept",
    "accept_elsewhere",
    "accept_waiting",
    "add_team",
    "change_profile",
    "change_role",
    "change_team",
    "choose_columns",
    "deactivate",
    "drop_role",
    "facts_of",
    "hand_on",
    "hold",
    "invite",
    "invite_several",
    "leave",
    "look_at",
    "look_at_marked",
    "mark_of",
    "pass_ownership",
    "progress_of",
    "put_away",
    "reactivate",
    "resend",
    "revoke",
    "save_role",
    "set_members",
    "set_photo",
    "set_profile",
    "undo",
    "what_leaves",
]
