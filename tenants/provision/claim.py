"""A new company takes a ready schema: one statement, in the transaction of the signup."""

from django.db import connection

from portico.database import CompanyRef
from tenants.provision.recording import fingerprint


class NoReadySchema(Exception):
    """The pool is empty; the refiller builds one within seconds."""


class SlugTaken(Exception):
    """Another company has this subdomain, or had it until lately."""


def claim(*, name: str, slug: str) -> CompanyRef:
    """The new company, active, in a schema of its own. Runs in the platform's scope and the caller's transaction.

    Raises NoReadySchema and SlugTaken; the transaction stays usable after both. It is one message to the server, for
    every further one would be waited for while others sign up.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM public.portico_claim(%s, %s, %s)", [fingerprint(), name, slug])
        row = cursor.fetchone()
    if row is None:
        raise NoReadySchema
    made, schema, tint = row
    if made is None:
        raise SlugTaken(slug)
    return CompanyRef(made, schema, generation=1, slug=slug, name=name, tint=tint)
