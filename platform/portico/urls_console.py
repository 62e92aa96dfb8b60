"""The console host: the platform's staff."""

from django.urls import include, path

from portico import brand, pages

urlpatterns = [
    path("", include("shared_apps.console.urls")),
    path("", include("shared_apps.accounts.urls")),
    path("platform-admin/", include("shared_apps.console.urls_api")),
    path("brand.css", brand.css, name="brand"),
    path("api/", include("portico.api.urls")),
]
handler400, handler403, handler404, handler500 = pages.handlers()
