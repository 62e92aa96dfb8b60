"""A company's brand beside its name, where its doors are read: a copy of its own setting, never the other way round."""

import json
from typing import Any

from django.db import connection, transaction

from portico.database import current_company
from tenants import routing

# A restore brings the setting, and the row of the company follows it.
_WRITE = """
    UPDATE public.tenants_company SET brand =
        COALESCE((SELECT value FROM tickets_setting WHERE key = 'brand' AND length(value::text) <= 16000), '{}')
    WHERE id = %s
"""


def show(event: Any, setting: Any) -> None:
    """A projection: in the company's own transaction, and in other processes within seconds."""
    if event.facts["key"] != "brand":
        return
    company = current_company()
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.portico_show_brand(%s)", [json.dumps(setting.value)])
    transaction.on_commit(lambda: routing.forget_company(company.id))


def rebuild(owner: Any, company_id: int) -> None:
    """The same out of the company's tables. The owner's connection, with its path set to the schema."""
    owner.execute(_WRITE, [company_id])
