from django.urls import include, path
from django.views.generic import RedirectView

from tenant_apps.desk import views
from tenant_apps.desk.inbox.views import inbox

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="home"),
    path("inbox", inbox, name="inbox"),
    path("inbox/", include("tenant_apps.desk.inbox.urls")),
    path("tickets", views.tickets, name="tickets"),
    path("tickets/new", views.new, name="new"),
    path("tickets/<uuid:ticket_id>", views.ticket, name="ticket"),
    path("tickets/<uuid:ticket_id>/reply", views.reply, name="reply"),
]
