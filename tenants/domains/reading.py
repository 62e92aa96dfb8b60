"""Which domains are the company's, for those who go by it."""

from typing import Any

from portico.database import CompanyRef, current_company
from tenants.models import Domain


def proven() -> set[str]:
    """The domains that the company whose scope holds has proven: mail and identities of these are its own people's."""
    rows = Domain.objects.order_by().filter(schema=current_company().schema, state__in=Domain.COUNTS)
    return set(rows.values_list("domain", flat=True))


def of_company() -> list[Domain]:
    """All that it ever added and did not remove."""
    return list(Domain.objects.filter(schema=current_company().schema))


def carry_over(owner: Any, company: CompanyRef) -> None:
    """A restored company keeps its domains: their rows follow it into its new schema, and are looked at soon."""
    owner.execute("UPDATE public.tenants_domain SET schema = %s WHERE tenant_id = %s", [company.schema, company.id])
    owner.execute(
        "INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts)"
        " SELECT gen_random_uuid(), %s, %s, %s, 'check_domain', id::text, now(), 0"
        " FROM public.tenants_domain WHERE tenant_id = %s ON CONFLICT DO NOTHING",
        [company.id, company.generation, company.schema, company.id],
    )
