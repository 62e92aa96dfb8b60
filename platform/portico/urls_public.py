"""The base host: the public site and signup."""

from django.urls import include, path

from portico import brand, pages

urlpatterns = [
    path("", include("shared_apps.signup.urls")),
    path("", include("shared_apps.console.urls_public")),
    path("brand.css", brand.css, name="brand"),
    path("api/", include("portico.api.urls")),
]
handler400, handler403, handler404, handler500 = pages.handlers()
