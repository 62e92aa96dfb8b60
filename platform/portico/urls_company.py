"""A company's host: portal, workspace and API."""

from django.urls import include, path

from portico import brand, pages

urlpatterns = [
    path("", include("tenant_apps.portal.urls")),
    path("manager/settings/", include("tenant_apps.desk.setup.urls")),
    path("manager/", include("tenant_apps.desk.urls")),
    path("visit/", include("tenant_apps.visits.urls")),
    path("files/", include("tenant_apps.tickets.attachments.urls")),
    path("", include("shared_apps.accounts.urls")),
    path("", include("tenant_apps.partners.urls")),
    path("", include("shared_apps.signup.urls_company")),
    path("api/support/", include("tenant_apps.tickets.urls_api")),
    path("api/v1/", include("tenant_apps.tickets.api.urls_v1")),
    path("api/v1/", include("tenant_apps.telemetry.urls_v1")),
    path("brand.css", brand.css, name="brand"),
    path("brand/<slug:key>-icon.png", brand.picture, {"kind": "-icon"}, name="brand-icon"),
    path("brand/<slug:key>.png", brand.picture, name="brand-logo"),
    path("api/", include("portico.api.urls")),
]
handler400, handler403, handler404, handler500 = pages.handlers()
