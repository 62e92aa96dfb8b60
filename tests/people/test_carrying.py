"""An individual customer joins a company with their requests, and leaves it with them again."""

import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from portico.errors import Missing
from portico.storage import CompanyStorage
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.console import carrying
from tenant_apps.people.carrying import Word, read
from tenant_apps.tickets import actions, attachments, tally
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tenants.models import HOUSE_ID, Company
from tests.trust.conftest import signed_in_as

MIA = "mia@acme.example"


@pytest.fixture
def house(outside):
    with outside():
        return Company.objects.get(pk=HOUSE_ID).ref


@pytest.fixture
def asked(inside, house):
    """Mia as an individual customer, with two requests: one open with a file and a note, one solved."""
    with inside(house):
        agent = actor_of(User.objects.create_user("help@portico.example", None, name="Hal", role="manager"))
        user = User.objects.create_user(MIA, None, name="Mia Holt", role="customer")
        mia = actor_of(user)
        file = attachments.receive(SimpleUploadedFile("lamp.txt", b"It is dark."), by=mia)
        said = {"description": "Since Monday.", "desk": "company", "by": mia}
        one = actions.open_ticket(subject="The lamp", files=[file.pk], **said)
        actions.assign(one, actions.Assignee(agent.id, agent.label), by=agent)
        actions.reply(Ticket.objects.get(pk=one.pk), "Which lamp?", by=agent)
        actions.reply(Ticket.objects.get(pk=one.pk), "A SECRET NOTE", by=agent, internal=True)
        two = actions.open_ticket(subject="The door", **said)
        actions.change_status(Ticket.objects.get(pk=two.pk), "resolved", by=agent)
        return {"user": user, "mia": mia, "file": file.pk, "one": one.pk, "two": two.pk}


def counters(company, inside):
    with inside(company):
        said, counted = tally.read(["all", "open", "unassigned"]), tally.counted()
        return said == {key: counted.get(key, 0) for key in said}


def word(way, acme, house, mia, asked):
    return Word(way, acme.key, str(mia.id), house.key, str(asked["user"].pk))


def do(outside, step, agreed):
    with outside():
        return step(agreed)


def test_requests_move_with_their_person_and_come_back(inside, outside, acme, house, mia, asked):
    join = word("join", acme, house, mia, asked)
    assert do(outside, carrying.join, join).endswith("/requests")
    do(outside, carrying.join, join)  # once more does no more
    with inside(house):
        assert not Ticket.objects.exists()
        assert not Attachment.objects.exists()
        assert Message.objects.count() == 0
    with inside(acme):
        one = Ticket.objects.get(pk=asked["one"])
        assert (one.requester_id, one.requester_email, one.assignee_id) == (mia.id, MIA, None)
        assert [said.body for said in one.messages.all()] == ["Since Monday.", "Which lamp?"]
        assert one.messages.first().sender_user_id == mia.id
        assert Ticket.objects.get(pk=asked["two"]).category == "solved"
        assert len({*Ticket.objects.values_list("number", flat=True)}) == 2
        with CompanyStorage().open(Attachment.objects.get().kept_as) as kept:
            assert kept.read() == b"It is dark."
        own = actions.open_ticket(subject="Acme's own", description="B", desk="company", by=mia)
    assert counters(acme, inside)
    assert counters(house, inside)

    assert do(outside, carrying.leave, word("leave", acme, house, mia, asked)).endswith("/login")
    with inside(acme):
        assert [one.pk for one in Ticket.objects.all()] == [own.pk]
        assert not User.objects.get(pk=mia.id).is_active
    with inside(house):
        assert {one.requester_id for one in Ticket.objects.all()} == {asked["user"].pk}
        assert Attachment.objects.count() == 1
    assert counters(acme, inside)
    assert counters(house, inside)


@pytest.mark.parametrize(
    "what", ["other address", "gone", "other generation", "no house", "into the house", "elsewhere"]
)
def test_what_is_not_so_any_more_moves_nothing(inside, outside, acme, borealis, house, mia, ada, bo, asked, what):
    agreed = word("join", acme, house, mia, asked)
    changed = {
        "other address": {"person": str(ada.id)},
        "other generation": {"company": f"{acme.id}.{acme.generation + 1}"},
        "no house": {"house": borealis.key, "source": str(bo.id)},
        "into the house": {"company": house.key, "person": str(asked["user"].pk)},
        "elsewhere": {"company": borealis.key},
        "gone": {},
    }[what]
    if what == "gone":
        with inside(house):
            User.objects.filter(pk=asked["user"].pk).update(is_active=False)
    with pytest.raises(Missing):
        do(outside, carrying.join, Word(**{name: getattr(agreed, name) for name in Word.__slots__} | changed))
    with pytest.raises(Missing):
        do(outside, carrying.leave, word("leave", acme, house, mia, asked))  # she brought nothing along
    with inside(house):
        assert Ticket.objects.count() == 2


def test_of_two_at_once_one_moves_them(inside, outside, acme, house, mia, asked):
    gate, trouble = threading.Barrier(2, timeout=20), []

    def go():
        gate.wait()
        try:
            do(outside, carrying.join, word("join", acme, house, mia, asked))
        except Exception as no:  # noqa: BLE001 (whatever it is, the test tells)
            trouble.append(no)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert trouble == []
    with inside(acme):
        assert Ticket.objects.count() == 2
        assert len(User.objects.get(pk=mia.id).profile["brought"]) == 2
    assert counters(acme, inside)


def test_what_was_agreed_to_is_signed_and_ends(monkeypatch, acme):
    text = Word("join", acme.key, "01a229de-9793-78ac-9a7a-566d6bfb4cec").signed()
    assert read(text).way == "join"
    for forged in ("", "x", text[:-1] + ("A" if text[-1] != "A" else "B")):
        with pytest.raises(Missing):
            read(forged)
    now = __import__("time").time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + timedelta(minutes=16).total_seconds())
    with pytest.raises(Missing):
        read(text)


def link_in(page):
    return re.search(r'href="(https?://[^"]*with=[^"]*)"', page.content.decode())[1].replace("&amp;", "&")


def test_each_step_is_a_page_that_says_what_would_happen(inside, client_for, visitor, acme, house, asked):
    client = client_for("mia")
    with inside(house):
        key = signed_in_as(asked["user"])
    at_house, at_base = visitor("help"), visitor()
    at_house.cookies[settings.SESSION_COOKIE_NAME] = key
    first = link_in(client.get("/account/bring"))
    assert first.startswith(f"http://help.{settings.BASE_HOST}/account/carry?")
    path = first.removeprefix(f"http://help.{settings.BASE_HOST}")
    assert visitor("help").get(path).status_code == 302  # whoever is not signed in there
    page = at_house.get(path)
    assert "2 requests of yours would leave this desk" in page.content.decode()
    last = link_in(page).removeprefix(f"http://{settings.BASE_HOST}")
    page = at_base.get(last)
    assert "2 requests of yours move from" in page.content.decode()
    sent = re.search(r'name="with" value="([^"]+)"', page.content.decode())[1]
    assert at_base.post("/carry", {"with": sent})["Location"].endswith("/requests")
    assert "The lamp" in client.get("/requests").content.decode()
    back = link_in(client.get("/account/leave")).removeprefix(f"http://{settings.BASE_HOST}")
    sent = re.search(r'name="with" value="([^"]+)"', at_base.get(back).content.decode())[1]
    assert at_base.post("/carry", {"with": sent}).status_code == 302
    assert client.get("/requests").status_code == 302
    assert "The lamp" in at_house.get("/requests").content.decode()


def test_who_brought_nothing_leaves_at_home(client_for, inside, acme, cleo):
    client = client_for("cleo")
    assert client.post("/account/leave").status_code == 422
    assert client.post("/account/leave", {"sure": "1"}).status_code == 302
    with inside(acme):
        assert not User.objects.get(pk=cleo.id).is_active
    assert client_for("olga").get("/account/leave").status_code == 404
