"""The rows of the matrix for incoming mail. No mail of the world came in, and it has no channel: who may ask for one at
all is held by tests/desk/test_mail.py and tests/desk/setup/test_channels.py."""

from tenant_apps.tickets.access import MANAGERS

NOBODY: frozenset[str] = frozenset()
_BOTH, _NONE = {"GET": MANAGERS, "POST": MANAGERS}, {"GET": NOBODY, "POST": NOBODY}
COMPANY = {
    "mail/in/<uuid:channel_id>/<str:code>": {"POST": NOBODY},
    "mail/confirm/<slug:token>": {},
    "manager/mail": {"GET": MANAGERS},
    **{f"manager/mail/<uuid:mail_id>{end}": {"GET": NOBODY} for end in ("", "/look", "/original.eml")},
    **{f"manager/mail/<uuid:mail_id>/{end}": _NONE for end in ("do", "undo")},
    "manager/settings/channels": _BOTH,
    "manager/settings/channels/<uuid:channel_id>": _NONE,
}
