"""Letters to a company's managers about domains that do not say any more whose they are."""

from typing import Any

from django.apps import apps

from portico.mailing import Letter, address, post_all
from tenants.domains.actions import GRACE

_TEMPLATES = {"domain.break": "domain_broken", "domain.lose": "domain_lost"}


def tell_managers(event: Any) -> None:
    """A reaction: everybody who can mend it hears of it, once for each event."""
    if apps.get_model("mail", "Outgoing").objects.filter(about=event.pk).exists():
        return
    people = apps.get_model("accounts", "User").objects.filter(role__in=["owner", "manager"], is_active=True)
    facts = {"domain": event.facts["domain"], "days": GRACE.days, "link": address("/manager/settings/domains")}
    template = _TEMPLATES[event.verb]
    post_all(
        [
            Letter(to=one.email, name=one.name, template=template, facts=facts, about=event.pk, person=one.pk)
            for one in people
        ]
    )
