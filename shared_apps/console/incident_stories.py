"""The demo's one open incident: two companies that reported the same trouble, neither of which knows of the other."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.database import company_scope, platform_scope
from shared_apps.console.desk import with_companies
from shared_apps.console.incidents import linking, spreading
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import actions
from shared_apps.incidents.models import Incident

HEADLINE, TITLE = "Publisher 3 loses what is published", "Published pages appear late or not at all"
TICKETS = ("Contact form not sending", "Blank page after publishing")
# Who did what how many hours ago.
TOLD = (
    ("note", 0.5, "lin", "Both are on publisher 3. It restarted at night and lost its queue."),
    ("say", 0.4, "eli", "Changes of the last day may be missing on your website. Nothing is lost. We bring them back."),
)


def tell(staff: Mapping[str, Actor]) -> None:
    """Once: what somebody changed in the demo stays. In the platform's scope."""
    if Incident.objects.exists():
        return
    now = clock.now()
    with clock.at(now - timedelta(hours=0.55)):
        incident = actions.open_incident(HEADLINE, TITLE, "website", by=staff["eli"])
        rows = TicketIndex.objects.filter(sub_subject__in=TICKETS, incident_id=None).order_by("pk")
        for row in rows:
            linking.link(incident, row.pk, by=staff["sam"])
    for verb, hours, who, words in TOLD:
        with clock.at(now - timedelta(hours=hours)):
            if verb == "note":
                actions.write_note(incident, words, by=staff[who])
            else:
                actions.say(incident, "identified", words, by=staff[who])


def spread() -> None:
    """What the worker does, so that the demo is whole at once. Outside of any scope."""
    with platform_scope(), transaction.atomic():
        rows = TicketIndex.objects.filter(incident_id__isnull=False).order_by("schema").distinct("schema")
        found = [(row.company, row.incident_id) for row in with_companies(list(rows)) if row.company]
    for company, incident_id in found:
        with clock.at(clock.now() - timedelta(hours=TOLD[-1][1])), company_scope(company), transaction.atomic():
            spreading.tell_some(f"{incident_id}:1")
