"""What is done with people who have no account, and with those who get one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from portico.actor import SYSTEM, Actor
from portico.database.kept import Kept
from portico.errors import Invalid
from portico.events import record
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access, actions
from tenant_apps.tickets.text import clean_text


@transaction.atomic
def contact_for(email: str, name: str, *, by: Actor) -> Contact:
    """The contact with this address; a new one, under this name, when the company does not know it yet."""
    access.require(by, "open_for_others", access.COMPANY_DESK)
    email = clean_text("email", email, limit=254).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid({"email": ["This is not an e-mail address."]}) from None
    name = clean_text("name", name, limit=120, required=False) or email.partition("@")[0]
    known: Contact | None = _KNOWN.first(email=email)
    if known:
        return known
    # Whoever writes to us twice at once is one contact all the same.
    contact, is_new = Contact.objects.get_or_create(email=email, defaults={"name": name})
    if is_new:
        record("contact.create", contact, by=by, email=email)
    return contact


def _known(*, email: str) -> QuerySet[Contact]:
    # As the index has it: `iexact` compares in capitals, and would read every row.
    return Contact.objects.filter(Exact(Lower("email"), email))[:1]


_KNOWN = Kept(_known)


@transaction.atomic
def link_account(user: Any, *, by: Actor = SYSTEM) -> Contact | None:
    """Make one of an account and the contact with its address: what they asked before stands in their portal now.

    Only for an address that is proven to be the account's: everything that the contact asked is shown to it. None when
    the company knows no such contact; the second time nothing happens.
    """
    access.require(by, "work_on_all", access.COMPANY_DESK)
    contact = Contact.objects.select_for_update(no_key=True).filter(email__iexact=user.email).first()
    if contact is None or contact.user_id not in (None, user.pk):
        return None
    count = actions.hand_over(contact.pk, actions.Requester(user.pk, user.name, user.email), by=by)
    if contact.user_id is None or count:
        contact.user_id = user.pk
        contact.save(update_fields=["user_id"])
        record("contact.link", contact, by=by, user=str(user.pk), tickets=count)
    return contact
