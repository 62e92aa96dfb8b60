"""What the demo's staff agreed and noted about its companies."""

from collections.abc import Mapping
from datetime import timedelta

from portico import clock
from portico.actor import Actor
from shared_apps.care import actions
from shared_apps.care.models import Care
from tenants.models import Company

# Tier, who looks after it, and who noted what how many days ago.
CARE: Mapping[str, tuple[str, tuple[str, ...], tuple[tuple[str, float, str], ...]]] = {
    "acme": (
        "enterprise",
        ("lin", "max"),
        (
            ("max", 12, "Renewal is in March. Ada decides, Olga signs."),
            ("lin", 2, "Their web agency changes forms without telling them.\nAsk what was published last first."),
        ),
    ),
    "borealis": ("standard", (), (("eli", 5, "Their shop calls our API from one address; it is on no list yet."),)),
}


def tell(staff: Mapping[str, Actor]) -> None:
    """Once: what somebody changed in the demo stays."""
    if Care.objects.exists():
        return
    now = clock.now()
    for company in Company.objects.filter(slug__in=CARE):
        tier, agents, notes = CARE[company.slug]
        actions.agree(
            company, tier=tier, agents=[one.id for one in map(staff.get, agents) if one and one.id], by=staff["sam"]
        )
        for who, days, words in notes:
            with clock.at(now - timedelta(days=days)):
                actions.write_note(company, words, by=staff[who])
