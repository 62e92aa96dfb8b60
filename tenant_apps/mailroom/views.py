"""What the link of a letter leads to that asks a new sender whether a mail is theirs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenant_apps.mailroom import confirming


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Say that a mail is one's own. Looking changes nothing, since programs follow links in mails; nothing of the mail
    is shown, since such a link may be passed on."""
    mail = confirming.mail_of(token)
    context = {"came_at": mail.received_at, "waits": confirming.waits(mail), "is_done": False}
    if request.method == "POST" and context["waits"]:
        confirming.confirm(mail)
        context["is_done"] = True
    response = render(request, "mailroom/confirm.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
