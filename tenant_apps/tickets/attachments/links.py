"""Short-lived links: to one file, for one person of one company, for one purpose."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing

from portico.actor import Actor
from portico.database import current_company
from tenant_apps.tickets.models import Attachment

PURPOSES = {"download": 300, "small": 3600, "large": 3600}  # seconds that a link lasts
_SALT = "portico.attachments"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says."""

    company_id: int
    generation: int
    attachment_id: UUID
    person_id: UUID
    purpose: str
    visit_id: UUID | None  # the link is good for as long as that visit goes on
    for_staff: bool  # the person is one of the platform's staff, whose accounts stand elsewhere


def address(attachment: Attachment, actor: Actor, purpose: str = "download") -> str:
    """The link, on the origin where files live and nothing else does. The caller has found the file for this actor."""
    company = current_company()
    said = [company.id, company.generation, attachment.pk.hex, actor.id.hex if actor.id else "", purpose]
    said += ["staff"] if actor.is_staff else [f"visit {actor.visit.hex}"] if actor.visit else []
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://files.{settings.BASE_HOST}/{signing.dumps(said, salt=f'{_SALT}.{purpose}', compress=False)}"


def opened(text: str, purpose: str) -> Opened | None:
    """What a link says, or None when it is not ours, for another purpose, or too old."""
    try:
        company_id, generation, key, person, said, *kind = signing.loads(
            text, salt=f"{_SALT}.{purpose}", max_age=PURPOSES[purpose]
        )
        visit = next((UUID(one.removeprefix("visit ")) for one in kind if one != "staff"), None)
        found = Opened(int(company_id), int(generation), UUID(key), UUID(person), str(said), visit, kind == ["staff"])
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return found if found.purpose == purpose else None
