"""What the host of files answers."""

from django.urls import path

from tenant_apps.tickets.attachments import views

urlpatterns = [path("<str:text>", views.hand_out, name="file")]
