from django.urls import path

from tenant_apps.portal import views

app_name = "portal"
urlpatterns = [path("", views.home, name="home")]
