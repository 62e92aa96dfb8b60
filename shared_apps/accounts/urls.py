"""Signing in and out, one's account and its keys, on every host where people have accounts."""

from django.urls import path

from shared_apps.accounts import confirming, entering, regaining, securing, views

app_name = "accounts"
urlpatterns = [
    path("login", entering.sign_in, name="login"),
    path("login/code", entering.by_code, name="by-code"),
    path("login/passkey", entering.by_passkey, name="by-passkey"),
    path("login/second", entering.second, name="second"),
    path("login/renew", entering.renew, name="renew"),
    path("logout", views.sign_out, name="logout"),
    path("forgot", regaining.forgot, name="forgot"),
    path("reset/<str:secret>", regaining.reset, name="reset"),
    path("verify/<str:secret>", regaining.verify, name="verify"),
    path("account/confirm", confirming.confirm, name="confirm"),
    path("account/security", securing.overview, name="security"),
    path("account/security/password", securing.password, name="password"),
    path("account/security/address", securing.address, name="address"),
    path("account/security/second-step", securing.begin, name="begin"),
    path("account/security/app", securing.app, name="app"),
    path("account/security/passkey", securing.passkey, name="passkey"),
    path("account/security/codes", securing.codes, name="codes"),
    path("account/security/remove/<int:number>", securing.remove, name="remove"),
    path("account/security/end/<int:number>", securing.end, name="end"),
    path("account/keys", views.own_keys, name="keys"),
    path("account/keys/<uuid:key_id>/end", views.end_key, name="key-end"),
]
