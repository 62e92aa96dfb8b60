"""Nobody gets into a request by pretending, and nearly nobody is refused who belongs there."""

import pytest

from tests.mailroom.conftest import RELAY, bring, reply_to  # noqa: F401 (the fixtures)
from tests.mailroom.letters import letter, proven
from tests.trust import spoofs

MANY, SOME = 10_000, 400


@pytest.fixture
def world(bring, wish, reply_to, borealis, inside, acme):  # noqa: F811
    """Cleo's request and Zoe's, with what both were written about them; and one of Mallory's own."""
    from tenant_apps.tickets.models import Ticket

    cleo, zoe = "cleo@acme.example", "zoe@elsewhere.example"
    asked = wish()
    first = bring(letter(cleo, subject=f"[{asked.number}]", Authentication_Results=proven(cleo)))
    second, third = bring(letter(zoe)), bring(letter(spoofs.EVIL))
    with inside(acme):
        theirs, own = Ticket.objects.get(pk=second.ticket_id), Ticket.objects.get(pk=third.ticket_id)
    return spoofs.World(
        victims=(cleo, zoe),
        agents=("ben@acme.example",),
        numbers=(asked.number, theirs.number),
        ids=(first.message_id, second.message_id),
        own=reply_to(own, spoofs.EVIL),
        foreign=reply_to(theirs, zoe, borealis),
        genuine={
            cleo: (reply_to(asked, cleo),),
            zoe: (reply_to(theirs, zoe),),
            "ben@acme.example": (reply_to(asked, "ben@acme.example"), reply_to(theirs, "ben@acme.example")),
        },
    ), {asked.pk, theirs.pk}


def decided(raw):
    """What would become of a mail; nothing is written."""
    from tenant_apps.mailroom import filing, looking
    from tenant_apps.mailroom.models import Incoming
    from tenant_apps.mailroom.reading import Read
    from tenant_apps.mailroom.reading.taking import take_apart
    from tenant_apps.tickets import settings

    said, files = take_apart(raw)
    mail = Incoming(recipient=f"acme@{spoofs.HOST}")
    return filing.decided(mail, Read(said, files), raw, looking.look_up(mail, said), settings.DEFAULTS["mail"])


@pytest.mark.parametrize("count", [SOME, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_no_spoof_joins_and_honest_answers_do(world, inside, acme, count):
    known, theirs = world
    joined, refused = [], []
    with inside(acme):
        for raw in spoofs.spoofs(known, count, seed=count):
            found = decided(raw)
            if found.as_agent or (found.action == "join" and found.ticket in theirs):
                joined.append(raw)
        for who, raw in spoofs.honest(known, count // 2, seed=count):
            found = decided(raw)
            if found.action != "join" or found.as_agent != (who in known.agents):
                refused.append((who, found, raw))
    assert joined == []
    assert len(refused) <= 0.005 * (count // 2), refused[:3]
