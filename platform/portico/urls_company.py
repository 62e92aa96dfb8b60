"""A company's host: portal, workspace and API."""

from django.urls import include, path

from portico import brand, pages

urlpatterns = [
    path("", include("tenant_apps.portal.urls")),
    path("manager/settings/billing", include("shared_apps.billing.urls_company")),
    path("manager/settings/", include("tenant_apps.desk.setup.urls")),
    path("manager/", include("tenant_apps.desk.urls")),
    path("", include("tenant_apps.notices.urls")),
    path("", include("shared_apps.mail.urls_company")),
    path("visit/", include("tenant_apps.visits.urls")),
    path("files/", include("tenant_apps.tickets.attachments.urls")),
    path("", include("shared_apps.accounts.urls")),
    path("", include("tenant_apps.sso.urls")),
    path("", include("tenant_apps.people.urls")),
    path("", include("tenant_apps.partners.urls")),
    path("", include("shared_apps.signup.urls_company")),
    path("api/support/", include("tenant_apps.tickets.urls_api")),
    path("api/v1/", include("tenant_apps.tickets.api.urls_v1")),
    path("api/v1/", include("tenant_apps.telemetry.urls_v1")),
    path("api/v1/", include("shared_apps.billing.urls_v1")),
    path("scim/v2/", include("tenant_apps.sso.scim.urls")),
    path("mail/", include("tenant_apps.mailroom.urls")),
    path("api/v1/", include("tenant_apps.people.urls_v1")),
    path("brand.css", brand.css, name="brand"),
    path("brand/<slug:key>-icon.png", brand.picture, {"kind": "-icon"}, name="brand-icon"),
    path("brand/<slug:key>.png", brand.picture, name="brand-logo"),
    path("api/", include("portico.api.urls")),
]
handler400, handler403, handler404, handler500 = pages.handlers()
