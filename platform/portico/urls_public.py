"""The base host: the public site and signup."""

from django.urls import include, path

from portico import brand, handover, pages

urlpatterns = [
    path("", include("shared_apps.signup.urls")),
    path("", include("shared_apps.billing.urls_public")),
    path("sign-in/back/<slug:kind>", handover.back, name="sign-in-back"),
    path("mail/", include("shared_apps.mail.urls_public")),
    path("", include("shared_apps.console.urls_public")),
    path("brand.css", brand.css, name="brand"),
    path("api/", include("portico.api.urls")),
]
handler400, handler403, handler404, handler500 = pages.handlers()
