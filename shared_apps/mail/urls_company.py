from django.urls import path

from shared_apps.mail import telling

app_name = "mail"
urlpatterns = [
    path("mail/events/<slug:provider>", telling.told, name="told"),
]
