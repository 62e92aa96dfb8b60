from django.urls import path

from tenant_apps.sso import views

app_name = "sso"
urlpatterns = [
    path("sign-in/with/<uuid:connection_id>", views.begin, name="begin"),
    path("sign-in/with/<uuid:connection_id>/instead", views.instead, name="instead"),
    path("sign-in/with/<uuid:connection_id>/password", views.password, name="password"),
    path("sign-in/with/<uuid:connection_id>/invited", views.invited, name="invited"),
    path("sign-in/with/<uuid:connection_id>/back", views.back, name="back"),
    path("sign-in/with/<uuid:connection_id>/acs", views.acs, name="acs"),
    path("sign-in/with/<uuid:connection_id>/finish", views.finish, name="finish"),
    path("sign-in/with/<uuid:connection_id>/metadata.xml", views.metadata, name="metadata"),
    path("account/sign-in", views.own, name="own"),
    path("account/sign-in/<uuid:link_id>/end", views.unlink, name="unlink"),
]
