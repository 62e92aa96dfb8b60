"""What can be done with a ticket. Each verb: permission, lock, rule, write, record. Nothing else writes tickets."""

from tenant_apps.tickets.actions.assigning import Assignee, assign, assign_team, offer_again, take
from tenant_apps.tickets.actions.carrying import Packed, carried, put_in, take_out
from tenant_apps.tickets.actions.closing import close_silent, closes_at
from tenant_apps.tickets.actions.configuring import add_type, keep_type, put_back_type, set_to
from tenant_apps.tickets.actions.deleting import bring_back, delete, erase
from tenant_apps.tickets.actions.hearing import Parent, Told, hear_of_incident, join_incident, leave_incident
from tenant_apps.tickets.actions.linking import (
    link,
    make_incident,
    place_under,
    split,
    unlink,
)
from tenant_apps.tickets.actions.marks import favour, forget_draft, keep_draft, mark_read, mark_unread, pin
from tenant_apps.tickets.actions.merging import merge, unmerge
from tenant_apps.tickets.actions.misplacing import put_away, put_back
from tenant_apps.tickets.actions.moving import change_status, snooze, step_back, wake
from tenant_apps.tickets.actions.opening import Requester, open_ticket
from tenant_apps.tickets.actions.passing import PASSED, escalate, undo_passing
from tenant_apps.tickets.actions.rating import is_open_to_rating, rate
from tenant_apps.tickets.actions.recipes import add_recipe, change_recipe, run_macro
from tenant_apps.tickets.actions.regrouping import regroup
from tenant_apps.tickets.actions.requesters import hand_over
from tenant_apps.tickets.actions.sorting import change, set_importance, watch
from tenant_apps.tickets.actions.talking import REACTIONS, edit, hold_together, react, reply, require_reply, take_back

__all__ = [
    "PASSED",
    "Packed",
    "REACTIONS",
    "Assignee",
    "Parent",
    "Requester",
    "Told",
    "add_recipe",
    "add_type",
    "assign",
    "assign_team",
    "bring_back",
    "carried",
    "change",
    "change_recipe",
    "change_status",
    "close_silent",
    "closes_at",
    "delete",
    "edit",
    "erase",
    "escalate",
    "favour",
    "forget_draft",
    "hand_over",
    "hear_of_incident",
    "hold_together",
    "is_open_to_rating",
    "join_incident",
    "keep_draft",
    "keep_type",
    "leave_incident",
    "link",
    "make_incident",
    "mark_read",
    "mark_unread",
    "merge",
    "offer_again",
    "open_ticket",
    "pin",
    "place_under",
    "put_away",
    "put_back",
    "put_back_type",
    "put_in",
    "rate",
    "react",
    "regroup",
    "reply",
    "require_reply",
    "run_macro",
    "set_importance",
    "set_to",
    "snooze",
    "split",
    "step_back",
    "take",
    "take_back",
    "take_out",
    "undo_passing",
    "unlink",
    "unmerge",
    "wake",
    "watch",
]
