"""What a person chooses about their notices."""

from collections.abc import Collection

from django.db import transaction

from portico.actor import Actor
from portico.errors import Missing
from portico.events import record
from shared_apps.accounts.models import User
from tenant_apps.notices.kinds import for_role


@transaction.atomic
def choose(wanted: Collection[str], *, by: Actor) -> bool:
    """Get notices of these kinds, and no others. False when it was so already."""
    if by.id is None or by.behind:
        raise Missing
    person = User.objects.select_for_update(no_key=True).filter(pk=by.id, is_active=True).first()
    if person is None:
        raise Missing
    chosen = {one.key: one.key in wanted for one in for_role(person.role)}
    if person.profile.get("notices") == chosen:
        return False
    person.profile = person.profile | {"notices": chosen}
    person.save(update_fields=["profile"])
    record(
        "person.notices.update", person, by=by, name=person.name, chosen=sorted(key for key in chosen if chosen[key])
    )
    return True
