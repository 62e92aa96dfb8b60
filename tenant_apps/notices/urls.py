from django.urls import path

from tenant_apps.notices import views

app_name = "notices"
urlpatterns = [
    path("account/mails", views.own, name="own"),
    path("mail/stop/<slug:token>", views.stop, name="stop"),
]
