"""Uploading and fetching on the company's host, and the host on which files are handed out.

`taken` and `led_to` do it for whoever has entered the company: the console's staff use them too.
"""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from portico import asks
from portico.actor import Actor
from portico.database import visit
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from portico.limits import while_sent
from portico.pages import signed_in
from portico.storage import CompanyStorage
from tenant_apps.tickets import access
from tenant_apps.tickets.attachments import keeping, links
from tenant_apps.tickets.models import Attachment
from tenant_apps.tickets.models.files import AttachmentQuerySet

# No script, no form, no frame, no address of ours: whatever the bytes are, they are bytes.
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_POST
@signed_in()
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file in (`file`); answers with what a composer shows of it."""
    return taken(request, access.COMPANY_DESK)


@require_safe
@signed_in()
def fetch(request: HttpRequest, attachment_id: UUID, purpose: str = "download") -> HttpResponse:
    """Lead to the file itself by a link of a few minutes. Each download is written down."""
    return led_to(Attachment.objects.filter(pk=attachment_id), purpose, by=request.actor)


def taken(request: HttpRequest, desk: str) -> HttpResponse:
    """Keep the uploaded `file` for a message on this desk; 201 with what a composer shows of it, 422 in words."""
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"problem": "Please choose a file."}, status=422)
    try:
        kept = keeping.receive(given, by=request.actor, desk=desk)
        keeping.require_taken(kept)
    except Invalid as no:
        return JsonResponse({"problem": " ".join(no.fields["files"])}, status=422)
    small = links.address(kept, request.actor, "small") if kept.thumbnail else ""
    return JsonResponse({"id": str(kept.pk), "name": kept.name, "size": kept.size, "small": small}, status=201)


def led_to(files: AttachmentQuerySet, purpose: str, *, by: Actor) -> HttpResponse:
    """The way to the one file of these that the actor sees. Missing without one; each download is written down.

    Of staff the large picture is, too: whatever they look at closely, the company can read of.
    """
    found = files.visible_to(by).select_related("ticket").first()
    if found is None or (purpose != "download" and not found.thumbnail):
        raise Missing
    require_clean(found)
    if found.ticket and (purpose == "download" or (by.is_staff and purpose == "large")):
        facts = {"attachment": str(found.pk), "name": found.name}
        record("attachment.download", found.ticket, by=by, desk=found.ticket.desk, **facts)
    return HttpResponseRedirect(links.address(found, by, purpose))


@require_safe
def hand_out(request: HttpRequest, text: str) -> FileResponse:
    """The file behind a link. Everything is asked again: the company, the person, and whether they may see it."""
    said = next((one for purpose in links.PURPOSES if (one := links.opened(text, purpose))), None)
    company = asks.company_by_id(said.company_id, even_suspended=said.for_staff) if said else None
    if said is None or company is None or company.generation != said.generation:
        raise Missing
    staff = _person(said.person_id) if said.for_staff else None
    with visit(company):
        actor = staff or _person(said.person_id)
        if said.visit_id and not asks.visit_goes_on(said.visit_id):
            raise Missing
        found = Attachment.objects.visible_to(actor).filter(pk=said.attachment_id).first()
        if found is None:
            raise Missing
        require_clean(found)
        return _answer(found, said.purpose)


def require_clean(attachment: Attachment) -> None:
    """Refused for a file in quarantine, and for one that waits for the scanner."""
    if attachment.state == Attachment.State.QUARANTINED:
        raise Refused("quarantined", f"{attachment.name} is in quarantine: {attachment.reason}.")
    if attachment.state == Attachment.State.UNSCANNED and settings.SCANNER_URL:
        raise Refused("not_scanned", f"{attachment.name} is still being looked over. Please try again in a minute.")


def _person(person_id: UUID) -> Actor:
    found = asks.actor_by_id(person_id)
    if found is None:
        raise Missing
    return found


def _answer(found: Attachment, purpose: str) -> FileResponse:
    picture = {"small": found.thumbnail, "large": keeping.large_of(found)}.get(purpose, "")
    content = CompanyStorage().open(picture or found.kept_as)
    response = FileResponse(
        content,
        as_attachment=not picture,
        filename=found.name if not picture else "picture.webp",
        content_type="image/webp" if picture else found.content_type,
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # pages of the company show it; the link is the key
    response["Cache-Control"] = f"private, max-age={links.PURPOSES[purpose]}, immutable"
    response["Referrer-Policy"] = "no-referrer"
    return response if picture else while_sent(response)
