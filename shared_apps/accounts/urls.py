"""Signing in and out, on every host where people have accounts."""

from django.urls import path

from shared_apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
]
