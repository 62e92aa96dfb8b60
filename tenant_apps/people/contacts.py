"""Contacts: found by their address, made when somebody is written down for the first time."""

from django.db import transaction

from portico.actor import Actor
from portico.events import record
from tenant_apps.people.models import Contact

_LONGEST = 120


@transaction.atomic
def find_or_make(email: str, name: str, by: Actor) -> Contact:
    """The contact with this address. A new one is called by its address until somebody knows better."""
    address = email.strip().lower()
    contact, is_new = Contact.objects.get_or_create(
        email__iexact=address, defaults={"email": address, "name": (name.strip() or address)[:_LONGEST]}
    )
    if is_new:
        record("contact.create", contact, by=by)
    return contact
