from django.urls import path

from portico.downloads import FORMS
from tenant_apps.desk.inbox import answering, asking, bulk, choosing, doing, exporting, finding, using, views, writing

app_name = "inbox"
urlpatterns = [
    path("new", asking.new, name="new"),
    path("find", finding.find, name="find"),
    path("bulk", bulk.bulk, name="bulk"),
    path("bulk/reply", answering.answer, name="bulk-reply"),
    *(path(f"export.{form}", exporting.export, {"form": form}, name=f"export-{form}") for form in FORMS),
    path("columns", choosing.columns, name="columns"),
    path("<uuid:request_id>", views.conversation, name="conversation"),
    path("<uuid:request_id>/do", doing.do, name="do"),
    path("<uuid:request_id>/reply", writing.reply, name="reply"),
    path("<uuid:request_id>/draft", writing.draft, name="draft"),
    path("<uuid:request_id>/said", writing.said, name="said"),
    path("<uuid:request_id>/use", using.use, name="use"),
    path("<uuid:request_id>/here", writing.presence, name="here"),
]
