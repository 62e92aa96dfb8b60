"""`/mail/in/`: where mail providers post to a company."""

from django.urls import path

from tenant_apps.mailroom import posts

app_name = "mailroom"
urlpatterns = [path("in/<uuid:channel_id>/<str:code>", posts.come_in, name="post")]
