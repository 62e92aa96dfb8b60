"""Which requests of a company's own desk there are for whom: told here once more, by hand."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from shared_apps.accounts.models import User
from tenant_apps.tickets import access
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket

REPAIRS, SALES = UUID(int=7), UUID(int=3)
ALL = {"ben's", "cleo's", "free", "mia's", "of repairs", "watched by cleo", "watched by mia"}
# Whoever asks: one's role, what one was given besides, and what one then sees.
SIGHT = [
    ("ada", "", ALL),
    ("ben", "", {"ben's", "free"}),
    ("ben", f"team:{REPAIRS}", {"ben's", "free", "of repairs"}),
    ("ben", f"team:{SALES}", {"ben's", "free"}),
    ("ben", f"tickets:team team:{REPAIRS}", {"ben's", "free", "of repairs"}),
    ("cleo", "", {"cleo's", "watched by cleo"}),
    ("cleo", "tickets:none", {"watched by cleo"}),
    ("cleo", "tickets:all", ALL),
    ("cleo", f"team:{SALES}", {"cleo's", "watched by cleo"}),
    ("cleo", "tickets:team", {"cleo's", "watched by cleo"}),
    ("cleo", f"tickets:team team:{REPAIRS}", {"cleo's", "watched by cleo"}),
    ("cleo", f"tickets:team team:{SALES}", {"cleo's", "watched by cleo", "mia's"}),
    ("cleo", f"tickets:team team:{SALES} team:{REPAIRS}", {"cleo's", "watched by cleo", "mia's"}),
    ("cleo", f"tickets:team tickets:none team:{SALES}", {"watched by cleo", "mia's"}),
    ("mia", "", {"mia's", "watched by mia"}),
]


@pytest.fixture
def desk(inside: Any, acme: Any, olga: Any, ben: Any, mia: Any, cleo: Any) -> None:
    """Acme's requests: each is Olga's own and hers to work on, but for what its name says. Mia is in sales."""
    nobodys = {"assignee_id": None, "assignee_name": ""}
    hers = {"requester_id": olga.id, "requester_name": "?", "assignee_id": olga.id, "assignee_name": "?"}
    with inside(acme), writing():
        User.objects.filter(pk=mia.id).update(profile={"teams": [str(SALES)]})
        for number, (subject, facts) in enumerate(
            {
                "ben's": {"assignee_id": ben.id},
                "cleo's": {"requester_id": cleo.id},
                "free": nobodys,
                "mia's": {"requester_id": mia.id},
                "of repairs": {"team_id": REPAIRS},
                "watched by cleo": {"watchers": [cleo.id]},
                "watched by mia": {"watchers": [mia.id]},
            }.items()
        ):
            Ticket.objects.create(number=f"OWN-{number}", desk="company", subject=subject, **hers | facts)
        asked = {"requester_id": cleo.id, "requester_name": "?"} | nobodys
        Ticket.objects.create(number="TICK-9", desk="platform", subject="website", **asked)


@pytest.mark.parametrize(("name", "given", "expected"), SIGHT)
def test_everybody_sees_exactly_their_requests(inside, acme, desk, actor_for, name, given, expected):
    actor = replace(actor_for(name), capabilities=frozenset(given.split()))
    with inside(acme):
        mine = Ticket.objects.filter(access.sight(actor, "company"))
        assert {one.subject for one in mine} == expected
        assert len(mine) == len(expected)


def test_platform_staff_see_nothing_of_a_companys_own_desk(actor_for, ada):
    assert access.sight(actor_for("sam"), "company") is None
    assert access.sight(replace(ada, kind="staff"), "company") is None
