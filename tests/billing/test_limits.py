"""Bounds of a plan are met where something is added. Who and what is there goes on, and nothing asks the database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portico import asks
from portico.database import company_scope
from portico.errors import Refused
from shared_apps.accounts import keys, seats
from shared_apps.accounts.models import User
from shared_apps.billing import plans
from tenant_apps.tickets import attachments
from tenants.models import Company


@pytest.fixture
def free(look, acme, outside):
    """Acme after its trial: on the free plan, with as many who answer as that holds."""
    look()
    look(15)
    with outside():
        return Company.objects.get(pk=acme.id).ref


def test_the_plan_comes_with_the_door_and_costs_no_statement(free, acme):
    with CaptureQueriesContext(connection) as asked, company_scope(free):
        assert (asks.plan_of_company().name, asks.plan_limit("agents")) == ("Free", 3)
    assert len(asked) == 0


def test_nobody_who_answers_is_added_over_the_plan_and_nobody_is_sent_away(free, inside):
    with inside(free), pytest.raises(Refused, match="room for 3 people who answer, and 3 are there") as refused:
        seats.require_room()
    assert (refused.value.code, "Settings, Plan and billing" in refused.value.message) == ("plan_full", True)
    with inside(free):
        User.objects.filter(role="agent").update(is_active=False)
        seats.require_room()
        with pytest.raises(Refused):
            seats.require_room(promised=1)
        User.objects.create_user("more@acme.example", name="More", role="agent")
        User.objects.filter(role="agent").update(is_active=True)
        assert seats.taken() == 4  # after a smaller plan was chosen: all of them are there


def test_files_over_the_plan_are_refused_in_words_and_those_there_are_handed_out(free, inside, cleo, monkeypatch):
    with inside(free):
        kept = attachments.receive(SimpleUploadedFile("a.txt", b"words"), by=cleo)
        monkeypatch.setitem(plans.PLANS, "free", plans.Plan("free", "Free", 0, 3, 5, "free", False, 2, 60))
        with pytest.raises(Refused, match="Words can be sent as before"):
            attachments.receive(SimpleUploadedFile("b.txt", b"x"), by=cleo)
        kept.refresh_from_db()
        assert kept.size == 5


def test_keys_of_the_company_are_bounded(free, inside, ada):
    def make(number):
        until = timezone.now() + timedelta(days=30)
        return keys.make(keys.Wish(f"Robot {number}", ["tickets:read"], until, uuid4(), role="agent"), by=ada)

    with inside(free):
        make(1), make(2)
        with pytest.raises(Refused, match="at most 2 keys here.*A larger plan has more"):
            make(3)


def test_the_api_answers_as_often_as_the_plan_says(free, api_for):
    answer = api_for("ada").get("/api/v1/billing")
    assert answer["RateLimit-Limit"] == str(plans.FREE.api)
    assert (answer.json()["plan"], answer.json()["limits"]["agents"], answer.json()["agents"]) == ("free", 3, 3)


def test_without_payments_nothing_is_bounded(acme, inside):
    with inside(acme):
        assert asks.plan_of_company().name == "Free"
        assert (asks.plan_limit("agents"), asks.plan_limit("storage")) == (None, None)
        seats.require_room(1_000)
