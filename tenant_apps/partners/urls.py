"""OAuth 2.0 on a company's host, and the end of what acts for oneself."""

from django.urls import path

from tenant_apps.partners import views

app_name = "partners"
urlpatterns = [
    path(".well-known/oauth-authorization-server", views.metadata, name="metadata"),
    path("oauth/authorize", views.authorize, name="authorize"),
    path("oauth/token", views.token, name="token"),
    path("oauth/revoke", views.revoke, name="revoke"),
    path("oauth/introspect", views.introspect, name="introspect"),
    path("account/apps/<uuid:grant_id>/end", views.end, name="end"),
]
