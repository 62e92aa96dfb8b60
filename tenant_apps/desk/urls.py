from django.urls import path
from django.views.generic import RedirectView

from tenant_apps.desk import views

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:tickets"), name="home"),
    path("tickets", views.tickets, name="tickets"),
    path("tickets/new", views.new, name="new"),
    path("tickets/<uuid:ticket_id>", views.ticket, name="ticket"),
    path("tickets/<uuid:ticket_id>/reply", views.reply, name="reply"),
]
