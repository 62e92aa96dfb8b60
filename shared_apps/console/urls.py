from django.urls import path
from django.views.generic import RedirectView

from shared_apps.console import audit, bulk, doing, files, fleet, keeping, team, telemetry, views

app_name = "console"
_FILES = "admin/tickets/<int:index_id>/files"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console:queue"), name="home"),
    path("admin", RedirectView.as_view(pattern_name="console:queue"), name="admin"),
    path("admin/tickets", views.queue, name="queue"),
    path("admin/tickets/bulk", bulk.bulk, name="bulk"),
    path("admin/tickets/views", keeping.views, name="views"),
    path("admin/tickets/views/<int:view_id>", keeping.view, name="view"),
    path("admin/tickets/next", doing.take_next, name="next"),
    path("admin/tickets/<int:index_id>", views.ticket, name="ticket"),
    path("admin/tickets/<int:index_id>/reply", doing.reply, name="reply"),
    path("admin/tickets/<int:index_id>/status", doing.change_status, name="status"),
    path("admin/tickets/<int:index_id>/assign", doing.assign, name="assign"),
    path("admin/tickets/<int:index_id>/importance", doing.set_importance, name="importance"),
    path("admin/tickets/<int:index_id>/here", doing.presence, name="here"),
    path(f"{_FILES}/upload", files.upload, name="upload"),
    path(f"{_FILES}/<uuid:attachment_id>", files.fetch, name="download"),
    path(f"{_FILES}/<uuid:attachment_id>/small", files.fetch, {"purpose": "small"}, name="small"),
    path(f"{_FILES}/<uuid:attachment_id>/large", files.fetch, {"purpose": "large"}, name="large"),
    path("admin/audit", audit.audit, name="audit"),
    path("admin/audit.<slug:form>", audit.export, name="audit-export"),
    path("admin/fleet", fleet.status, name="fleet"),
    path("admin/telemetry", telemetry.overview, name="telemetry"),
    path("admin/telemetry/<slug:slug>", telemetry.company, name="telemetry-company"),
    path("admin/team", team.people, name="team"),
    path("admin/team/<uuid:admin_id>", team.coverage, name="coverage"),
]
