"""A new company takes a ready schema: one statement, in the transaction of the signup."""

from django.db import IntegrityError, connection, transaction

from portico.database import CompanyRef
from tenants.models import Company
from tenants.provision.recording import fingerprint

TINTS = 10


class NoReadySchema(Exception):
    """The pool is empty; the refiller builds one within seconds."""


class SlugTaken(Exception):
    """Another company has this subdomain, or had it until lately."""


def claim(*, name: str, slug: str) -> CompanyRef:
    """The new company, active, in a schema of its own. Runs in the platform's scope and the caller's transaction.

    Raises NoReadySchema and SlugTaken; the transaction stays usable after both.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM public.portico_claim(%s, %s, %s)", [fingerprint(), name, slug])
            row = cursor.fetchone()
    except IntegrityError as error:
        raise SlugTaken(slug) from error
    if row is None:
        raise NoReadySchema
    return Company.objects.get(pk=row[0]).ref
