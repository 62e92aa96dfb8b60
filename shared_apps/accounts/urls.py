"""Signing in and out, and keys, on every host where people have accounts."""

from django.urls import path

from shared_apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
    path("account/keys", views.own_keys, name="keys"),
    path("account/keys/<uuid:key_id>/end", views.end_key, name="key-end"),
]
