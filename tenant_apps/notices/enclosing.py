"""Files that go along with a letter to somebody who sees nothing but mail."""

from portico.storage import CompanyStorage
from tenant_apps.tickets.models import Attachment

# With what encoding adds, mail servers take this much everywhere.
MOST_BYTES = 7 * 1024 * 1024


def read(keys: list[str]) -> list[tuple[str, str, bytes]]:
    """Name, kind and bytes of each, as long as they fit together. What was not found clean stays here."""
    found, room = [], MOST_BYTES
    for one in Attachment.objects.filter(pk__in=keys, state=Attachment.State.CLEAN).order_by("created_at", "id"):
        if one.size <= room:
            room -= one.size
            with CompanyStorage().open(one.kept_as) as kept:
                found.append((one.name, one.content_type, kept.read()))
    return found
