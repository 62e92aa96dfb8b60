from django.urls import include, path

from tenant_apps.desk import incidents, mail, staff_access, views
from tenant_apps.desk.audit import audit, export
from tenant_apps.desk.board.calendar import calendar
from tenant_apps.desk.board.deleted import bring_back, deleted
from tenant_apps.desk.board.views import board, move, undo
from tenant_apps.desk.inbox.views import inbox
from tenant_apps.desk.setup.start import home

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("inbox", inbox, name="inbox"),
    path("inbox/", include("tenant_apps.desk.inbox.urls")),
    path("board", board, name="board"),
    path("board/move", move, name="board-move"),
    path("board/undo", undo, name="board-undo"),
    path("calendar", calendar, name="calendar"),
    path("audit", audit, name="audit"),
    path("audit.<slug:form>", export, name="audit-export"),
    path("staff-access", staff_access.overview, name="staff-access"),
    path("staff-access.csv", staff_access.export, name="staff-export"),
    path("staff-access/consent", staff_access.agree, name="staff-agree"),
    path("staff-access/<uuid:visit_id>", staff_access.one, name="staff-visit"),
    path("staff-access/<uuid:visit_id>/decide", staff_access.decide, name="staff-decide"),
    path("mail", mail.held, name="mail"),
    path("mail/<uuid:mail_id>", mail.one, name="mail-one"),
    path("mail/<uuid:mail_id>/look", mail.look, name="mail-look"),
    path("mail/<uuid:mail_id>/original.eml", mail.original, name="mail-original"),
    path("mail/<uuid:mail_id>/do", mail.do, name="mail-do"),
    path("mail/<uuid:mail_id>/undo", mail.undo, name="mail-undo"),
    path("deleted", deleted, name="deleted"),
    path("deleted/<uuid:request_id>", bring_back, name="bring-back"),
    path("incidents/<uuid:key>/put-away", incidents.put_away, name="incident-away"),
    path("tickets", views.tickets, name="tickets"),
    path("tickets/new", views.new, name="new"),
    path("tickets/<uuid:ticket_id>", views.ticket, name="ticket"),
    path("tickets/<uuid:ticket_id>/reply", views.reply, name="reply"),
    path("tickets/<uuid:ticket_id>/rate", views.rate, name="rate"),
]
