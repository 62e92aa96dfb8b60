"""A company's host: what it pays."""

from django.urls import path

from shared_apps.billing import views

app_name = "billing"
urlpatterns = [
    path("", views.billing, name="billing"),
    path("/ask", views.ask, name="ask"),
    path("/<uuid:once>", views.errand, name="errand"),
]
