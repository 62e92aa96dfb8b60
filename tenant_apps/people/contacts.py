"""What is done with people who have no account."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid
from portico.events import record
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access
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
    contact, is_new = Contact.objects.get_or_create(email__iexact=email, defaults={"email": email, "name": name})
    if is_new:
        record("contact.create", contact, by=by, email=email)
    return contact
