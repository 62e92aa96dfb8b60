from django.urls import path, re_path

from portico.api.routes import both
from tenant_apps.sso.scim import views

app_name = "scim"
urlpatterns = [
    *both("Users", views.Users.as_view(), name="users"),
    path("Users/<uuid:id>", views.User.as_view(), name="user"),
    *both("Groups", views.Groups.as_view(), name="groups"),
    path("Groups/<uuid:id>", views.Group.as_view(), name="group"),
    path("ServiceProviderConfig", views.Provider.as_view(), name="provider"),
    path("Schemas", views.Described.as_view(what="schemas"), name="schemas"),
    path("Schemas/<str:code>", views.Described.as_view(what="schemas"), name="schema"),
    path("ResourceTypes", views.Described.as_view(what="resource_types"), name="resource-types"),
    path("ResourceTypes/<str:code>", views.Described.as_view(what="resource_types"), name="resource-type"),
    *(path(f"{where}.search", views.Search.as_view()) for where in ("", "Users/", "Groups/")),
    re_path("", views.missing),
]
