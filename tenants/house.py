"""The house company: individual customers who belong to no company live here."""

from tenants.models import HOUSE_ID, HOUSE_SLUG
from tenants.owner import owner_connection
from tenants.provision.pool import build
from tenants.provision.recording import fingerprint


def ensure() -> None:
    """Make the house company when it is missing, in one transaction."""
    with owner_connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(7310003)")
        if connection.execute("SELECT 1 FROM public.tenants_company WHERE id = %s", [HOUSE_ID]).fetchone():
            return
        schema = build(connection)
        connection.execute("DELETE FROM public.tenants_readyschema WHERE schema = %s", [schema])
        connection.execute(
            """
            INSERT INTO public.tenants_company
                (id, schema_name, name, slug, state, generation, tint, fingerprint, created_at)
            VALUES (%s, %s, 'Portico', %s, 'active', 1, 0, %s, now())
            """,
            [HOUSE_ID, schema, HOUSE_SLUG, fingerprint()],
        )
