"""Find my desks: told to the address, and to nobody who types it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico import platform_tasks, tasks
from shared_apps.signup import finding
from shared_apps.signup.models import Known, Search
from tenants.due import plan
from tests.support.signups import text_of


@pytest.fixture
def known(inside, acme, borealis):
    """Both companies have written down whose accounts they have, as their job does each day."""
    for company in (acme, borealis):
        with inside(company):
            plan("know_accounts", "all", timedelta())
        tasks.know_accounts(company.id, company.generation, "all")


def ask(page, email, outside):
    """What the page says, after the worker has looked."""
    answer = page.post("/desks", {"email": email})
    with outside():
        ids = list(Search.objects.values_list("pk", flat=True))
    for one in ids:
        platform_tasks.find_desks(str(one))
    return answer


def test_the_letter_lists_the_desks_of_an_address(visitor, known, mails, inside, borealis, outside):
    from shared_apps.accounts.models import User

    with inside(borealis):
        User.objects.create_user("cleo@acme.example", "a long password", name="Cleo", role="customer")
        finding.keep_known()
    ask(visitor(), " Cleo@acme.example", outside)
    sent = mails()
    assert len(sent) == 1
    assert re.findall(r"(\w+): (http\S+)", text_of(sent[0])) == [
        ("Acme", "http://acme.localhost:8000/login"),
        ("Borealis", "http://borealis.localhost:8000/login"),
    ]
    with outside():
        assert not Search.objects.exists()


def test_nobody_learns_from_the_page_whether_there_is_a_desk(visitor, known, mails, outside):
    page, answers, work = visitor(), [], []
    page.get("/desks")
    for email in ("cleo@acme.example", "none@acme.example"):
        with CaptureQueriesContext(connection) as asked:
            answers.append(page.post("/desks", {"email": email}))
        work.append([re.sub("'[^']*'", "", one["sql"]) for one in asked])  # as much work, so it takes as long
    plain = [re.sub(r"\w+@acme.example", "", one.content.decode()) for one in answers]
    assert (plain[0], work[0]) == (plain[1], work[1])
    assert [one.status_code for one in answers] == [200, 200]
    ask(page, "third@acme.example", outside)
    assert [str(one["To"]) for one in mails()] == ["cleo@acme.example"]


def test_who_has_left_is_not_found_any_more(visitor, known, mails, inside, acme, outside):
    from shared_apps.accounts.models import User

    with inside(acme):
        User.objects.filter(email="cleo@acme.example").update(is_active=False)
    ask(visitor(), "cleo@acme.example", outside)
    assert mails() == []
    with inside(acme):
        before = Known.objects.count()
        finding.keep_known()
        assert Known.objects.count() == before - 1


def test_who_signs_in_is_known_at_once(client_for, visitor, mails, outside, acme):
    visitor("acme").post("/login", {"email": "mia@acme.example", "password": "correct horse battery"})
    mails()
    ask(visitor(), "mia@acme.example", outside)
    assert [str(one["To"]) for one in mails()] == ["mia@acme.example"]


def test_a_companys_digests_are_its_own_and_tell_no_address(known, inside, borealis, outside):
    with inside(borealis):
        assert set(Known.objects.values_list("schema", flat=True)) == {borealis.schema}
    with outside():
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in Known.objects.values_list("digest", flat=True))


def test_a_flood_of_questions_has_to_wait(visitor, mails, outside):
    page = visitor()
    statuses = [page.post("/desks", {"email": "cleo@acme.example"}).status_code for _ in range(10)]
    assert statuses.count(429) == 2
