"""What the platform's own door has of joining and leaving companies."""

from django.urls import path

from shared_apps.console import carrying

urlpatterns = [path("carry", carrying.carry, name="carry")]
