from django.urls import path

from tenant_apps.portal import asking, talking, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("requests", views.requests, name="requests"),
    path("requests/new", asking.new, name="new"),
    path("requests/<uuid:request_id>", talking.one, name="request"),
    path("requests/<uuid:request_id>/reply", talking.reply, name="reply"),
    path("requests/<uuid:request_id>/draft", talking.draft, name="draft"),
    path("requests/<uuid:request_id>/react", talking.react, name="react"),
    path("requests/<uuid:request_id>/close", talking.close, name="close"),
    path("requests/<uuid:request_id>/reopen", talking.reopen, name="reopen"),
    path("requests/<uuid:request_id>/rate", talking.rate, name="rate"),
    path("requests/<uuid:request_id>/follow", talking.follow, name="follow"),
    path("requests/<uuid:request_id>/messages/<uuid:message_id>", talking.message, name="message"),
]
