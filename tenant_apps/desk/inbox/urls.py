from django.urls import path

from tenant_apps.desk.inbox import asking, bulk, finding, views, writing

app_name = "inbox"
urlpatterns = [
    path("new", asking.new, name="new"),
    path("find", finding.find, name="find"),
    path("bulk", bulk.bulk, name="bulk"),
    path("<uuid:ticket_id>", views.conversation, name="conversation"),
    path("<uuid:ticket_id>/do", views.do, name="do"),
    path("<uuid:ticket_id>/reply", writing.reply, name="reply"),
    path("<uuid:ticket_id>/draft", writing.draft, name="draft"),
    path("<uuid:ticket_id>/said", writing.said, name="said"),
    path("<uuid:ticket_id>/here", writing.presence, name="here"),
]
