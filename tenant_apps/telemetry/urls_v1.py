"""`/api/v1/` for desktop apps."""

from portico.api.routes import both
from tenant_apps.telemetry import api

app_name = "telemetry_api"
urlpatterns = [
    *both("telemetry/events", api.Events.as_view(), name="events"),
    *both("telemetry/sharing", api.Sharing.as_view(), name="sharing"),
    *both("desktop/tickets", api.DesktopTickets.as_view(), name="tickets"),
]
