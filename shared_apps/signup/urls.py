"""The base host: signup."""

from django.urls import path

from shared_apps.signup import views

app_name = "signup"
urlpatterns = [
    path("", views.start, name="start"),
    path("signup/check", views.check, name="check"),
    path("signup/preparing/<slug:key>", views.preparing, name="wait"),
]
