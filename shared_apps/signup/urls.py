"""The base host: signup."""

from django.urls import path

from shared_apps.signup import views, views_desks

app_name = "signup"
urlpatterns = [
    path("", views.start, name="start"),
    path("signup/at/<slug:key>", views.at, name="at"),
    path("signup/continue/<str:code>", views.go_on, name="continue"),
    path("desks", views_desks.desks, name="desks"),
    path("terms", views.terms, name="terms"),
    path("signup/check", views.check, name="check"),
    path("signup/preparing/<slug:key>", views.preparing, name="wait"),
]
