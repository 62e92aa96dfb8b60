"""A form that is sent twice does its work once: the second sending goes where the first one led."""

import hashlib
from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction

from portico.actor import Actor
from portico.ids import uuid7
from tenant_apps.desk.forms import KeyedForm

# A second sending waits here until the first is committed; when that was rolled back it does the work itself.
_CLAIM = """
    INSERT INTO accounts_storedanswer (id, actor_id, key, digest, status, body, created_at)
    VALUES (%s, %s, %s, '', 303, '{}', now())
    ON CONFLICT (actor_id, key) DO NOTHING
    RETURNING 1
"""


def once(form: KeyedForm, place: str, act: Callable[[], str], *, by: Actor) -> str:
    """The address to go on to: of what `act` did now, or did when this very form came before.

    The same form with other words in it (after going back) is another sending. What `act` refuses is not remembered.
    """
    if not form.cleaned_data["key"]:
        return act()
    key = f"form:{_digest(form, place)}"
    # The model is named, not imported: companies' apps know nothing of the platform's.
    answers = apps.get_model("accounts", "StoredAnswer").objects
    with transaction.atomic():
        if not _claimed(key, by):
            return str(answers.values_list("body", flat=True).get(actor_id=by.id, key=key)["address"])  # type: ignore[misc]  # who sends a form has an id
        address = act()
        answers.filter(actor_id=by.id, key=key).update(body={"address": address})  # type: ignore[misc]
        return address


def _digest(form: KeyedForm, place: str) -> str:
    parts = [form.cleaned_data["key"], place, *form.content()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _claimed(key: str, by: Actor) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [uuid7(), by.id, key])
        return cursor.fetchone() is not None
