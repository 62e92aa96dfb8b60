"""The rows of the matrix for mail that leaves. The key of the world names no letter and no mail service: who is heard
with the right one is held by tests/mail and tests/desk/setup/test_wording.py."""

from tenant_apps.tickets.access import COMPANY as DESK
from tenant_apps.tickets.access import CUSTOMERS, MANAGERS

_BOTH = {"GET": MANAGERS, "POST": MANAGERS}
PUBLIC = {
    "mail/events/<slug:provider>": {},
    **{path: {} for path in ("mail/", "mail/<slug:name>", "mail/<slug:name>/page")},  # in a demo alone
}
COMPANY = {
    "account/mails": {"GET": DESK | CUSTOMERS, "POST": DESK | CUSTOMERS},
    "mail/events/<slug:provider>": {},
    "mail/stop/<slug:token>": {},
    "manager/settings/mail/outgoing": _BOTH,
    "manager/settings/mail/letters": _BOTH,
    "manager/settings/mail/letters/<slug:template>": {},
    "manager/settings/mail/letters/<slug:template>/look": {},
}
