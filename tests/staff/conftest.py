"""Lin, Una and the others as accounts, for the actions that change them."""

import pytest

from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog


@pytest.fixture
def account(outside):
    """`account(lin)` = her row in `public`, as it is now."""

    def find(person):
        with outside():
            return User.objects.get(pk=person.id)

    return find


@pytest.fixture
def audited(outside):
    """`audited()` = verbs and facts of the platform's audit, in order."""

    def read(prefix=""):
        with outside():
            rows = PlatformAuditLog.objects.filter(verb__startswith=prefix).order_by("at", "id")
            return [(row.verb, row.facts) for row in rows]

    return read
