"""Joining, one's own profile, and photos."""

from django.urls import path

from tenant_apps.people import moving, photos, views

app_name = "people"
urlpatterns = [
    path("invitation/<str:code>", views.join, name="join"),
    path("account/profile", views.profile, name="profile"),
    path("account/photo", views.photo, name="photo"),
    path("account/bring", moving.bring, name="bring"),
    path("account/carry", moving.agree, name="agree"),
    path("account/leave", moving.leave, name="leave"),
    path("people/<slug:key>.png", photos.show, name="picture"),
]
