"""A company rests, comes back, is archived; who may decide that, and what stands in the audit."""

import pytest

from portico.actor import NOBODY
from portico.errors import Forbidden, Invalid, Refused, SignInNeeded
from shared_apps.audit.models import PlatformAuditLog
from tenants import routing
from tenants.life import actions
from tenants.models import Company


@pytest.fixture
def change(acme, outside):
    """`change(actions.suspend, by=omar)` = Acme afterwards."""

    def run(action, **options):
        with outside():
            company = action(Company.objects.get(pk=acme.id), **options)
        routing.forget()
        return company

    return run


def test_a_suspended_company_shows_its_page_and_resumes(change, omar, visitor, client_for):
    change(actions.suspend, by=omar, notice="The invoice of May is open.")

    page, other = visitor("acme").get("/"), visitor("borealis").get("/")
    assert (page.status_code, other.status_code) == (503, 200)
    assert "The invoice of May is open." in page.content.decode()
    assert client_for("ada").get("/manager/tickets").status_code == 503

    change(actions.resume, by=omar)
    assert client_for("ada").get("/manager/tickets").status_code == 200


def test_every_change_stands_in_the_audit_with_its_actor(change, omar, outside):
    change(actions.suspend, by=omar)
    change(actions.archive, by=omar)
    change(actions.resume, by=omar)

    with outside():
        rows = list(PlatformAuditLog.objects.filter(subject_type="tenants.company").order_by("at"))
    assert [row.verb for row in rows] == ["company.suspended", "company.archived", "company.resumed"]
    assert {(row.actor_label, row.actor_id) for row in rows} == {(omar.label, omar.id)}
    assert [row.facts["from"] for row in rows] == ["active", "suspended", "archived"]


@pytest.mark.parametrize("name", ["lin", "eli", "sam", "una", "olga", "ada", "cleo"])
def test_nobody_else_decides(change, request, name):
    person = request.getfixturevalue(name)
    for action in (actions.suspend, actions.resume, actions.archive, actions.plan_erasure):
        with pytest.raises(Forbidden):
            change(action, by=person)
    with pytest.raises(Forbidden):
        change(actions.begin_erasure, by=person, typed="acme")


def test_nobody_has_to_sign_in(change):
    with pytest.raises(SignInNeeded):
        change(actions.suspend, by=NOBODY)


def test_an_admin_suspends_but_does_not_erase(change, ann):
    assert change(actions.suspend, by=ann).state == "suspended"
    with pytest.raises(Forbidden):
        change(actions.plan_erasure, by=ann)


def test_a_notice_is_short(change, omar):
    with pytest.raises(Invalid):
        change(actions.suspend, by=omar, notice="x" * 201)


def test_states_follow_each_other_only_where_that_makes_sense(change, omar):
    with pytest.raises(Refused, match="active"):
        change(actions.resume, by=omar)
    change(actions.archive, by=omar)
    for action in (actions.suspend, actions.archive):
        with pytest.raises(Refused, match="archived"):
            change(action, by=omar)


def test_the_house_company_never_changes(omar, outside):
    for action in (actions.suspend, actions.archive, actions.plan_erasure):
        with pytest.raises(Refused, match="house"), outside():
            action(Company.objects.get(pk=0), by=omar)


def test_a_planned_erasure_waits_thirty_days_and_can_be_called_off(change, omar):
    company = change(actions.plan_erasure, by=omar)
    assert company.state == "archived"
    assert (company.erase_after - company.created_at).days >= 30
    with pytest.raises(Refused, match="already"):
        change(actions.plan_erasure, by=omar)

    company = change(actions.resume, by=omar)
    assert (company.state, company.erase_after) == ("active", None)
