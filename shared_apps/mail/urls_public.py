from django.urls import path

from shared_apps.mail import sink, telling

app_name = "sink"
urlpatterns = [
    path("", sink.overview, name="overview"),
    path("events/<slug:provider>", telling.told, name="told"),
    path("<slug:name>", sink.one, name="one"),
    path("<slug:name>/page", sink.page, name="page"),
]
