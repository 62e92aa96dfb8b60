"""The host of files: nothing but files, no session, no page of ours."""

from django.urls import include, path

from portico import pages

urlpatterns = [path("", include("tenant_apps.tickets.attachments.urls_host"))]
handler400, handler403, handler404, handler500 = pages.handlers()
