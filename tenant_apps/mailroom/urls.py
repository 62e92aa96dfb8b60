"""`/mail/in/`: where mail providers post to a company. `/mail/confirm/`: where senders say that a mail is theirs."""

from django.urls import path

from tenant_apps.mailroom import posts, views

app_name = "mailroom"
urlpatterns = [
    path("in/<uuid:channel_id>/<str:code>", posts.come_in, name="post"),
    path("confirm/<slug:token>", views.confirm, name="confirm"),
]
