"""`/platform-admin/`: the contract's addresses on the console host."""

from django.urls import re_path

from portico.api import schema
from portico.api.routes import both
from shared_apps.console import api, api_files, api_passing
from shared_apps.console.incidents import api as incidents

app_name = "console_api"
urlpatterns = [
    *both("tickets", api.Queue.as_view(), name="tickets"),
    *both("tickets/<int:id>", api.OneTicket.as_view(), name="ticket"),
    *both("tickets/<int:id>/messages", api.Messages.as_view(), name="messages"),
    *both("tickets/<int:id>/uploads", api_files.Uploads.as_view(), name="uploads"),
    *both("tickets/<int:id>/attachments", api_files.Files.as_view(), name="files"),
    *both("tickets/<int:id>/attachments/<uuid:attachment_id>", api_files.OneFile.as_view(), name="file"),
    *both("tickets/<int:id>/status", api.Status.as_view(), name="status"),
    *both("tickets/<int:id>/assign", api.Assign.as_view(), name="assign"),
    *both("tickets/<int:id>/escalation", api_passing.Escalation.as_view(), name="escalation"),
    *both("tickets/<int:id>/assignments", api_passing.Assignments.as_view(), name="assignments"),
    *both("tickets/<int:id>/notes", api_passing.Notes.as_view(), name="notes"),
    *both("team/coverage/<uuid:id>", api.Coverage.as_view(), name="coverage"),
    *both("incidents", incidents.Incidents.as_view(), name="incidents"),
    *both("incidents/<int:incident_id>", incidents.OneIncident.as_view(), name="incident"),
    *both("incidents/<int:incident_id>/updates", incidents.Updates.as_view(), name="incident-updates"),
    *both("incidents/<int:incident_id>/solve", incidents.Solution.as_view(), name="incident-solve"),
    *both("incidents/<int:incident_id>/reopen", incidents.Reopening.as_view(), name="incident-reopen"),
    *both("incidents/<int:incident_id>/tickets", incidents.Links.as_view(), name="incident-links"),
    *both("incidents/<int:incident_id>/tickets/<int:id>", incidents.OneLink.as_view(), name="incident-link"),
    re_path("", schema.missing),
]
