"""The files of a form: kept when they come, so that a form that is refused gives them back with its words."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest

from portico.errors import Invalid
from tenant_apps.desk.forms import KeyedForm
from tenant_apps.tickets import access, attachments
from tenant_apps.tickets.models import Attachment


def take(request: HttpRequest, form: KeyedForm, desk: str = access.COMPANY_DESK) -> list[UUID]:
    """The files that came with the form, or were uploaded for it before; what cannot be taken is said in the form."""
    try:
        return attachments.of_form(request, desk)
    except Invalid as refused:
        if form.is_bound:
            form.take(refused)
        return []


def waiting(keys: Sequence[UUID], request: HttpRequest) -> list[Attachment]:
    """Those of them that this person uploaded and that no message has yet."""
    if not keys:
        return []
    return list(Attachment.objects.filter(pk__in=keys, message=None, uploader_id=request.actor.id))
