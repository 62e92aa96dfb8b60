"""What is read with a company's doors, its brand and its rules for signing in: copies of its own settings.

Never the other way round: a restore brings the settings, and the row of the company follows them.
"""

import json
from typing import Any

from django.db import connection, transaction

from portico.database import current_company
from tenants import routing

# Setting -> the column where its copy goes.
_SHOWN = {"brand": "brand", "sign_in": "entry"}
_WRITE = """
    UPDATE public.tenants_company SET {column} =
        COALESCE((SELECT value FROM tickets_setting WHERE key = '{key}' AND length(value::text) <= 16000), '{{}}')
    WHERE id = %s
"""


def show(event: Any, setting: Any) -> None:
    """A projection: in the company's own transaction, and in other processes within seconds."""
    shown = _SHOWN.get(event.facts["key"])
    if shown is None:
        return
    company = current_company()
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.portico_show(%s, %s)", [shown, json.dumps(setting.value)])
    transaction.on_commit(lambda: routing.forget_company(company.id))


def rebuild(owner: Any, company_id: int) -> None:
    """The same out of the company's tables. The owner's connection, with its path set to the schema."""
    for key, column in _SHOWN.items():
        owner.execute(_WRITE.format(key=key, column=column), [company_id])
