from django.urls import path

from tenant_apps.visits import views

app_name = "visits"
urlpatterns = [
    path("begin", views.begin, name="begin"),
    path("leave", views.leave, name="leave"),
    path("over", views.ended, name="over"),
]
