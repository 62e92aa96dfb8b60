from django.urls import path
from django.views.generic import RedirectView

from shared_apps.console import (
    audit,
    caring,
    company_pages,
    deciding,
    files,
    fleet,
    inviting,
    member,
    subjects,
    team,
    telemetry,
    views,
)

app_name = "console"
_FILES = "admin/tickets/<int:index_id>/files"
_SUBJECT = "admin/team/subjects/<slug:subject_key>"
_COMPANY = "admin/companies/<slug:company>"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console:queue"), name="home"),
    path("admin", RedirectView.as_view(pattern_name="console:queue"), name="admin"),
    path("admin/tickets", views.queue, name="queue"),
    path("admin/tickets/<int:index_id>", views.ticket, name="ticket"),
    path("admin/tickets/<int:index_id>/reply", views.reply, name="reply"),
    path("admin/tickets/<int:index_id>/status", views.change_status, name="status"),
    path("admin/tickets/<int:index_id>/assign", views.assign, name="assign"),
    path(f"{_FILES}/upload", files.upload, name="upload"),
    path(f"{_FILES}/<uuid:attachment_id>", files.fetch, name="download"),
    path(f"{_FILES}/<uuid:attachment_id>/small", files.fetch, {"purpose": "small"}, name="small"),
    path(f"{_FILES}/<uuid:attachment_id>/large", files.fetch, {"purpose": "large"}, name="large"),
    path("admin/companies", company_pages.listed, name="companies"),
    path(_COMPANY, company_pages.company, name="company"),
    path(f"{_COMPANY}/decide/<slug:verb>", deciding.decide, name="company-decide"),
    path(f"{_COMPANY}/care", caring.care, name="company-care"),
    path(f"{_COMPANY}/notes", caring.notes, name="company-notes"),
    path(f"{_COMPANY}/notes/<uuid:note_id>", caring.note, name="company-note"),
    path(f"{_COMPANY}/notes/<uuid:note_id>/bring-back", caring.bring_back, name="company-note-back"),
    path("admin/audit", audit.audit, name="audit"),
    path("admin/audit.<slug:form>", audit.export, name="audit-export"),
    path("admin/fleet", fleet.status, name="fleet"),
    path("admin/telemetry", telemetry.overview, name="telemetry"),
    path("admin/telemetry/<slug:slug>", telemetry.company, name="telemetry-company"),
    path("admin/team", team.people, name="team"),
    path("admin/team/invite", inviting.invite, name="team-invite"),
    path("admin/team/invitations/<uuid:invitation_id>/revoke", inviting.revoke, name="team-revoke"),
    path("admin/team/undo/<uuid:event_id>", team.undo, name="team-undo"),
    path("admin/team/subjects", subjects.several, name="team-subjects"),
    path(_SUBJECT, subjects.rename, name="team-subject"),
    path(f"{_SUBJECT}/retire", subjects.offer, {"on": False}, name="team-subject-retire"),
    path(f"{_SUBJECT}/bring-back", subjects.offer, {"on": True}, name="team-subject-back"),
    path(f"{_SUBJECT}/move", subjects.move, name="team-subject-move"),
    path(f"{_SUBJECT}/merge", subjects.merge, name="team-subject-merge"),
    path("admin/team/<uuid:admin_id>", member.coverage, name="coverage"),
    path("admin/team/<uuid:admin_id>/history", member.past, name="coverage-history"),
    path("admin/team/<uuid:admin_id>/role", member.role, name="team-role"),
    path("admin/team/<uuid:admin_id>/skills", member.skills, name="team-skills"),
    path("admin/team/<uuid:admin_id>/suspend", member.suspend, name="team-suspend"),
    path("admin/team/<uuid:admin_id>/resume", member.resume, name="team-resume"),
    path("invitation/<str:code>", inviting.join, name="join"),
]
