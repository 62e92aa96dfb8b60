"""`/api/support/`: the contract's addresses on a company's host."""

from portico.api.routes import both
from tenant_apps.tickets.api import platform_desk as api
from tenant_apps.tickets.api import platform_files as files

app_name = "tickets_api"
urlpatterns = [
    *both("tickets", api.Tickets.as_view(), name="tickets"),
    *both("tickets/<uuid:id>", api.OneTicket.as_view(), name="ticket"),
    *both("tickets/<uuid:id>/messages", api.Messages.as_view(), name="messages"),
    *both("tickets/<uuid:id>/attachments", files.Files.as_view(), name="files"),
    *both("tickets/<uuid:id>/attachments/<uuid:attachment_id>", files.OneFile.as_view(), name="file"),
    *both("attachments", files.Uploads.as_view(), name="uploads"),
]
