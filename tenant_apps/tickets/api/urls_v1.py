"""`/api/v1/` on a company's host: its own desk."""

from portico.api.routes import both
from tenant_apps.tickets.api import events, files, known, managing, messages, relating, talk, tickets, under_v1

app_name = "desk_api"
_ONE = "support/tickets/<uuid:id>"
_TICKETS = [
    *both("support/tickets", tickets.Tickets.as_view(), name="tickets"),
    *both(_ONE, tickets.OneTicket.as_view(), name="ticket"),
    *both(f"{_ONE}/mark-read", tickets.MarkRead.as_view(), name="mark_read"),
    *both(f"{_ONE}/status", tickets.Status.as_view(), name="status"),
    *both(f"{_ONE}/rating", tickets.Rating.as_view(), name="rating"),
    *both(f"{_ONE}/messages", talk.TicketMessages.as_view(), name="ticket_messages"),
    *both(f"{_ONE}/attachments", files.Files.as_view(), name="files"),
    *both(f"{_ONE}/watchers", relating.Watchers.as_view(), name="watchers"),
    *both(f"{_ONE}/links", relating.Links.as_view(), name="links"),
    *both(f"{_ONE}/unlink", relating.Unlink.as_view(), name="unlink"),
    *both(f"{_ONE}/merge", relating.Merge.as_view(), name="merge"),
    *both(f"{_ONE}/unmerge", relating.Unmerge.as_view(), name="unmerge"),
    *both(f"{_ONE}/split", relating.Split.as_view(), name="split"),
    *both(f"{_ONE}/bring-back", managing.BringBack.as_view(), name="bring_back"),
    *both(f"{_ONE}/snooze", relating.Snooze.as_view(), name="snooze"),
    *both(f"{_ONE}/wake", relating.Wake.as_view(), name="wake"),
    *both("support/attachments", files.Uploads.as_view(), name="uploads"),
    *both("support/messages", talk.Messages.as_view(), name="messages"),
    *both("support/messages/<uuid:message_id>", messages.OneMessage.as_view(), name="message"),
    *both("support/messages/<uuid:message_id>/reactions", messages.Reactions.as_view(), name="reactions"),
    *both("support/events", events.Events.as_view(), name="events"),
]
_AGENTS = [
    *both("support/admin/tickets", managing.AllTickets.as_view(), name="admin_tickets"),
    *both("support/admin/my-assigned-tickets", managing.Mine.as_view(), name="admin_mine"),
    *both("support/admin/tickets/<uuid:id>", managing.AnyTicket.as_view(), name="admin_ticket"),
    *both("support/admin/tickets/<uuid:id>/assign", managing.Assign.as_view(), name="admin_assign"),
    *both("support/admin/tickets/<uuid:id>/unassign", managing.Unassign.as_view(), name="admin_unassign"),
    *both("support/admin/deleted", managing.Deleted.as_view(), name="admin_deleted"),
    *both("support/admin/employees", managing.Employees.as_view(), name="admin_employees"),
    *both("support/admin/stats", managing.Stats.as_view(), name="admin_stats"),
]
_CHOICES = [
    *both("support/departments", known.Departments.as_view(), name="departments"),
    *both("support/priorities", known.Priorities.as_view(), name="priorities"),
    *both("support/statuses", known.Statuses.as_view(), name="statuses"),
]
_SHORTER = [
    *both("tickets", under_v1.Tickets.as_view(), name="v1_tickets"),
    *both("tickets/<uuid:id>", under_v1.OneTicket.as_view(), name="v1_ticket"),
    *both("tickets/<uuid:id>/comments", under_v1.Comments.as_view(), name="v1_comments"),
    *both("tickets/<uuid:id>/attachments", under_v1.Attachments.as_view(), name="v1_attachments"),
    *both("users", known.Users.as_view(), name="users"),
    *both("companies", known.Companies.as_view(), name="companies"),
]
urlpatterns = [*_TICKETS, *_AGENTS, *_CHOICES, *_SHORTER]
