"""Who may open what of plan and billing; rows of `policy`."""

from shared_apps.billing import access

_OWNERS = access.MAY["decide"]
PUBLIC = {"billing/webhook": {"POST": frozenset({"anybody"})}}  # whoever proves to be Stripe; all others read 400
SETTINGS = {
    "manager/settings/billing": {"GET": access.MAY["see"]},
    "manager/settings/billing/ask": {"GET": _OWNERS, "POST": _OWNERS},
    "manager/settings/billing/<uuid:once>": {"GET": frozenset()},  # an errand of one's own, and there is none
}
API = {"billing": {"GET": access.MAY["see"]}}
