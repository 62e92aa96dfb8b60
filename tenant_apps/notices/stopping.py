"""One click out of a kind of notice: the link stands in the letter and works for whoever has it, signed in or not."""

import hmac
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from portico import mailing
from portico.actor import NOBODY
from portico.database import current_company
from portico.errors import Missing
from portico.events import record
from shared_apps.accounts.models import User
from tenant_apps.notices.kinds import KINDS

_SIGNED = 32


def link(letter_id: UUID) -> str:
    """The whole address at which notices like this letter end."""
    return mailing.address(f"/mail/stop/{letter_id.hex}{_signature(letter_id)}")


def letter_of(token: str) -> mailing.Posted:
    """The letter of such a link; Missing for any other."""
    try:
        id = UUID(token[:32])
    except ValueError:
        raise Missing from None
    found = mailing.letters().filter(pk=id, stream=mailing.NOTICE).first()
    if found is None or not hmac.compare_digest(token[32:].encode(), _signature(id).encode()):
        raise Missing
    kept: mailing.Posted = found
    return kept


@transaction.atomic
def stop(letter: mailing.Posted) -> None:
    """No more notices of this kind to whom the letter was for. Twice is once."""
    kind = str(letter.facts.get("kind"))
    if kind not in KINDS or letter.person is None:
        return
    person = User.objects.select_for_update(no_key=True).filter(pk=letter.person).first()
    if person:
        person.profile = person.profile | {"notices": {**person.profile.get("notices", {}), kind: False}}
        person.save(update_fields=["profile"])
        record("person.notices.stop", person, by=NOBODY, name=person.name, label=KINDS[kind].label)


def _signature(letter_id: UUID) -> str:
    words = f"{current_company().key}:{letter_id.hex}"
    return salted_hmac("portico.notices.stop", words, algorithm="sha256").hexdigest()[:_SIGNED]
