"""How important a request to Portico is: staff say it, and the priority in the index follows."""

import pytest

from portico.errors import Forbidden, Invalid, Missing
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import desk
from tenant_apps.tickets import actions
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]


@pytest.mark.parametrize(("level", "priority"), [("critical", "P2"), ("medium", "P3"), ("low", "P4")])
def test_the_priority_follows_in_the_index_and_the_audit(asked, row_of, outside, lin, level, priority):
    key = asked()
    with outside():
        desk.set_importance(key, level, by=lin)

    assert row_of(key).priority == priority
    with outside():
        told = list(PlatformAuditLog.objects.filter(verb="ticket.importance.update").values_list("facts", flat=True))
    assert told == ([] if level == "medium" else [{"from": "medium", "to": level}])


def test_it_is_no_news_for_the_list(asked, row_of, outside, lin):
    key = asked()
    before = row_of(key)
    with outside():
        desk.set_importance(key, "high", by=lin)

    assert row_of(key).last_activity_at == before.last_activity_at
    assert row_of(key).version == before.version + 1


def test_companies_an_unknown_level_and_their_own_desk_are_refused(inside, acme, ada, cleo, lin, asked, outside):
    key = asked()
    with outside(), pytest.raises(Invalid):
        desk.set_importance(key, "enormous", by=lin)
    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="?", by=ada)
        with pytest.raises(Forbidden):
            actions.set_importance(ticket, "low", by=ada)


def test_what_is_not_covered_is_missing(asked, outside, lin):
    key = asked(subject="billing")
    with outside(), pytest.raises(Missing):
        desk.set_importance(key, "low", by=lin)


def test_the_page_takes_it_and_refuses_what_is_none(asked, client_for, row_of):
    key, lin = asked(), client_for("lin")

    page = lin.post(f"/admin/tickets/{key}/importance", {"importance": "critical"}, follow=True)
    assert "Lin Haas changed importance from medium to critical" in text_of(page)
    assert row_of(key).priority == "P2"

    refused = lin.post(f"/admin/tickets/{key}/importance", {"importance": "enormous"})
    assert refused.status_code == 422
    assert "Nothing was changed." in text_of(refused)
