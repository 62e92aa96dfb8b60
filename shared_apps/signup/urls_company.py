"""A company's host: where a signup ends."""

from django.urls import path

from shared_apps.signup import views

app_name = "welcome"
urlpatterns = [
    path("welcome/<str:code>", views.come_in, name="come_in"),
]
