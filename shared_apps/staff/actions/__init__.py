"""What can be done with the platform's team and its catalogue. Each verb: permission, lock, rule, write, record."""

from shared_apps.staff.actions.catalogue import (
    add_subject,
    change_subject,
    finish_merge,
    merge_subject,
    move_subject,
    undo_subject,
)
from shared_apps.staff.actions.coverage import mark_of, set_coverage, undo_coverage
from shared_apps.staff.actions.inviting import Invited, accept, invite, look_at, revoke
from shared_apps.staff.actions.people import change_role, resume, set_specialisations, suspend

__all__ = [
    "Invited",
    "accept",
    "add_subject",
    "change_role",
    "change_subject",
    "finish_merge",
    "invite",
    "look_at",
    "mark_of",
    "merge_subject",
    "move_subject",
    "resume",
    "revoke",
    "set_coverage",
    "set_specialisations",
    "suspend",
    "undo_coverage",
    "undo_subject",
]
