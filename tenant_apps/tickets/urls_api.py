"""`/api/support/`: the contract's addresses on a company's host."""

from portico.api.routes import both
from tenant_apps.tickets.api import platform_desk as api

app_name = "tickets_api"
urlpatterns = [
    *both("tickets", api.Tickets.as_view(), name="tickets"),
    *both("tickets/<uuid:id>", api.OneTicket.as_view(), name="ticket"),
    *both("tickets/<uuid:id>/messages", api.Messages.as_view(), name="messages"),
]
