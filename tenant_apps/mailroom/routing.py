"""Companies that write: whose people those of a domain are, and who of the team answers them."""

from typing import Any

from portico.actor import SYSTEM
from shared_apps.accounts.models import User
from tenant_apps.mailroom.deciding import DMARC, Decision
from tenant_apps.mailroom.looking import Sender
from tenant_apps.people.models import Contact
from tenant_apps.tickets import access, actions, settings
from tenant_apps.tickets.models import Ticket


def give(ticket: Ticket, sender: Sender, decision: Decision) -> None:
    """Give a new request to the agent whom the managers named for the sender's domain, the first who is there.

    The contact belongs to that company from now on, when the domain vouches for the sender.
    """
    rule = _rule_for(sender.address.rpartition("@")[2])
    if rule is None:
        return
    if decision.proof == DMARC and rule["organisation"] and ticket.contact_id:
        Contact.objects.filter(pk=ticket.contact_id, organisation="").update(organisation=rule["organisation"])
    people = User.objects.filter(pk__in=rule["agents"], is_active=True, role__in=access.COMPANY)
    known = {str(one.pk): one for one in people}
    agent = next((known[key] for key in rule["agents"] if key in known), None)
    if agent:
        who = actions.Assignee(agent.pk, agent.name)
        actions.assign(ticket, who, by=SYSTEM, reason="automatic", why=f"Answers {rule['domain']}")


def _rule_for(domain: str) -> dict[str, Any] | None:
    rules = settings.read("mail")["mail"].get("domains", [])
    fits = [one for one in rules if domain == one["domain"] or domain.endswith(f".{one['domain']}")]
    return max(fits, key=lambda one: len(one["domain"]), default=None)
