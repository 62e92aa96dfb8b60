"""The same tickets under the shorter addresses of the third document: `/api/v1/tickets`, with comments."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from tenant_apps.tickets.api import files, talk, tickets


@extend_schema_view(
    get=extend_schema(operation_id="list_v1_tickets"), post=extend_schema(operation_id="open_v1_ticket")
)
class Tickets(tickets.Tickets):
    """As under `support/`."""


@extend_schema_view(
    get=extend_schema(operation_id="get_v1_ticket"),
    patch=extend_schema(operation_id="change_v1_ticket"),
    delete=extend_schema(operation_id="delete_v1_ticket"),
)
class OneTicket(tickets.OneTicket):
    """As under `support/`."""


@extend_schema_view(get=extend_schema(operation_id="list_v1_comments"), post=extend_schema(operation_id="comment_v1"))
class Comments(talk.TicketMessages):
    """Comments are the messages of `support/`."""


@extend_schema_view(
    get=extend_schema(operation_id="list_v1_attachments"), post=extend_schema(operation_id="add_v1_attachment")
)
class Attachments(files.Files):
    """As under `support/`."""
