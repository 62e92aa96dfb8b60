from django.urls import path

from tenant_apps.tickets.attachments import views

app_name = "files"
urlpatterns = [
    path("upload", views.upload, name="upload"),
    path("<uuid:attachment_id>", views.fetch, name="download"),
    path("<uuid:attachment_id>/small", views.fetch, {"purpose": "small"}, name="small"),
    path("<uuid:attachment_id>/large", views.fetch, {"purpose": "large"}, name="large"),
]
