"""What a provider posts, as the mail it is made of. Some send the mail itself, others its parts: these are joined.

Runs in the reader's process: what comes in there is as foreign as a mail.
"""

import json
from io import BytesIO
from typing import Any

_VIEWS = {
    "postmark": ("anymail.webhooks.postmark", "PostmarkInboundWebhookView", {}),
    "mailgun": ("anymail.webhooks.mailgun", "MailgunInboundWebhookView", {"webhook_signing_key": "-", "api_key": "-"}),
    "sendgrid": ("anymail.webhooks.sendgrid", "SendGridInboundWebhookView", {}),
    "brevo": ("anymail.webhooks.brevo", "BrevoInboundWebhookView", {"api_key": "-"}),
}


def mail_of(body: bytes, told: dict[str, Any]) -> bytes:
    """The mail in a post of this provider, as bytes."""
    provider = told["provider"]
    if provider == "postmark" and (raw := json.loads(body).get("RawEmail")):
        return str(raw).encode("utf-8", "surrogateescape")
    if provider == "ses":
        return _of_ses(body)
    return _put_together(provider, body, told.get("content_type", "application/json"))


def _of_ses(body: bytes) -> bytes:
    import base64

    said = json.loads(json.loads(body)["Message"])
    if "content" not in said:
        raise ValueError("Amazon sent the mail without its content: choose the action S3, or SNS with content")
    content = str(said["content"])
    encoding = said.get("receipt", {}).get("action", {}).get("encoding", "")
    return base64.b64decode(content) if encoding == "BASE64" else content.encode("utf-8", "surrogateescape")


def _put_together(provider: str, body: bytes, content_type: str) -> bytes:
    from importlib import import_module

    _set_up()
    from django.core.handlers.wsgi import WSGIRequest

    module, name, options = _VIEWS[provider]
    head = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    request = WSGIRequest(head | {"wsgi.input": BytesIO(body), "SERVER_NAME": "reader", "SERVER_PORT": "80"})
    view = getattr(import_module(module), name)(**options)
    if provider == "brevo":
        view._fetch_attachment = _file_of
    events = view.parse_events(request)
    return bytes(events[0].message.as_bytes())


def _file_of(file: dict[str, Any]) -> Any:
    """A file of Brevo's, fetched before (`collecting`): from here nothing is asked."""
    import base64

    from anymail.inbound import AnymailInboundMessage

    return AnymailInboundMessage.construct_attachment(
        content_type=str(file.get("ContentType") or "application/octet-stream"),
        content=base64.b64decode(file["Content"]),
        filename=file.get("Name"),
        content_id=file.get("ContentID"),
    )


def _set_up() -> None:
    """Django as far as it is needed to read a form; nothing of our own settings is near a mail."""
    from django.conf import settings

    if settings.configured:
        return
    most = 64 * 1024 * 1024
    settings.configure(
        USE_TZ=True,
        DEFAULT_CHARSET="utf-8",
        DATA_UPLOAD_MAX_MEMORY_SIZE=most,
        FILE_UPLOAD_MAX_MEMORY_SIZE=most,
        ANYMAIL={"WEBHOOK_SECRET": "-:-"},
    )
