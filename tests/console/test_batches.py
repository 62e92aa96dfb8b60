"""Sam does one thing with all that match: by the worker, some at a time, each in its own company, with one way back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from portico import clock
from portico.errors import Missing
from portico.platform_tasks import wake_batches
from shared_apps.accounts.models import User
from shared_apps.console import batches, desk, queue, tasks
from shared_apps.console.models import Batch
from shared_apps.console.narrowing import Filters
from shared_apps.staff.actions import set_coverage
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Ticket
from tenants.owner import owner_connection
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]
NEW = Filters(status="new")


@pytest.fixture
def begin(outside):
    """`begin("status:solved", by=sam)` = a batch of all that are new, whose worker has not begun."""

    def begun(do, *, by, key=None, filters=NEW):
        with outside():
            seen = queue.keys(by, filters, 100)
            return batches.begin(key or uuid4(), do, filters, "?status=new", seen, by=by)

    return begun


def work(outside, batch, turns=10):
    """What the worker does."""
    for _ in range(turns):
        tasks.work_through(str(batch.pk))
    with outside():
        return Batch.objects.get(pk=batch.pk)


def counted(page):
    """What a form says of those that were counted, and its key."""
    return dict(re.findall(r'name="(seen|key)" value="([^"]+)"', page.content.decode()))


def test_all_that_match_are_done_in_their_own_companies(client_for, asked, row_of, outside):
    keys, other = [asked(), asked(of="borealis"), asked()], asked(subject="billing")
    lin = client_for("lin")

    page = lin.get("/admin/tickets/all?status=new")
    assert "3 requests match." in text_of(page)
    sent = {"do": "status:solved"} | counted(page)
    went = [lin.post("/admin/tickets/all?status=new", sent)["Location"] for _ in range(2)]

    assert went[0] == went[1]  # a second click is the same as the first
    assert "Under way: 0 of 3" in text_of(lin.get(went[0]))
    with outside():
        (batch,) = Batch.objects.all()
    work(outside, batch)
    assert {row_of(key).status for key in keys} == {"solved"}
    assert row_of(other).status == "new"
    assert "3 of 3 requests done." in text_of(lin.get(went[0]))
    assert "Move to Solved" in text_of(lin.get("/admin/tickets/all"))


def test_it_goes_on_where_it_was_left(asked, begin, outside, sam, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    [asked() for _ in range(5)]
    batch, seen = begin("importance:high", by=sam), []
    for _ in range(3):
        found = work(outside, batch, turns=1)
        seen.append((found.looked_at, found.done, found.state))

    assert seen == [(2, 2, "going"), (4, 4, "going"), (5, 5, "done")]


def test_a_turn_that_breaks_is_taken_again(asked, begin, outside, sam, row_of, monkeypatch):
    key, batch = asked(), begin("status:triaged", by=sam)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(Batch, "save", lambda self: 1 / 0)
        work(outside, batch)
    assert row_of(key).status == "new"

    assert work(outside, batch).done == 1
    assert row_of(key).version == 2


def test_what_fails_is_named_and_holds_up_nothing(client_for, asked, begin, outside, lin, sam, row_of, borealis):
    good, broken, closed = asked(), asked(of="borealis"), asked()
    batch = begin("status:triaged", by=lin)
    with outside():
        desk.change_status(closed, "closed", by=sam)
    with owner_connection(autocommit=True) as owner:
        owner.execute(f'ALTER TABLE "{borealis.schema}".tickets_ticket RENAME TO away')
        try:
            work(outside, batch)
        finally:
            owner.execute(f'ALTER TABLE "{borealis.schema}".away RENAME TO tickets_ticket')

    said = text_of(client_for("lin").get(f"/admin/tickets/all/{batch.pk}"))
    assert "1 of 3 requests done." in said
    assert "Not done for 2" in said
    assert f"{row_of(broken).number} of Borealis: Its company cannot be reached at the moment." in said
    assert f"{row_of(closed).number} of Acme: This ticket is closed." in said
    assert row_of(good).status == "triaged"


def test_coverage_is_asked_again_when_a_turn_comes(client_for, asked, begin, outside, lin, omar, row_of):
    key, batch = asked(sub_subject="secret"), begin("status:triaged", by=lin)
    with outside():
        set_coverage(User.objects.get(pk=lin.id), ["billing"], by=omar)
    work(outside, batch)

    said = text_of(client_for("lin").get(f"/admin/tickets/all/{batch.pk}"))
    assert row_of(key).status == "new"
    assert "One that is not there for you" in said
    assert row_of(key).number not in said


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "customer"}])
def test_who_does_not_work_here_any_more_changes_nothing(asked, begin, outside, lin, row_of, change):
    key, batch = asked(), begin("status:triaged", by=lin)
    with outside():
        User.objects.filter(pk=lin.id).update(**change)

    found = work(outside, batch)
    assert (found.state, found.done, len(found.refused)) == ("done", 0, 1)
    assert row_of(key).status == "new"


def test_one_undo_takes_all_of_it_back_once(client_for, asked, begin, outside, inside, acme, lin, row_of):
    keys = [asked(), asked(of="borealis"), asked()]
    batch = work(outside, begin("status:solved", by=lin))
    with inside(acme):
        actions.reply(Ticket.objects.get(index_id=keys[0]), "And now?", by=lin)
    client, address = client_for("lin"), f"/admin/tickets/all/{batch.pk}"

    for _ in range(2):
        page = client.post(f"{address}/undo", follow=True)
    assert "It is too late to undo this, or it was undone already." in text_of(page)
    work(outside, batch)
    assert [row_of(key).status for key in keys] == ["solved", "new", "new"]
    said = text_of(client.get(address))
    assert "Taken back: 2 of 3 requests." in said
    assert f"{row_of(keys[0]).number} of Acme" in said
    assert "Undo all of it" not in said


def test_it_is_nobody_elses(client_for, asked, begin, outside, lin, sam):
    asked()
    batch, client = work(outside, begin("status:solved", by=lin)), client_for("sam")

    assert client.get(f"/admin/tickets/all/{batch.pk}").status_code == 404
    assert client.post(f"/admin/tickets/all/{batch.pk}/undo").status_code == 404
    assert "Solved" not in text_of(client.get("/admin/tickets/all")).partition("Yours of late")[2]
    with pytest.raises(Missing):
        begin("status:solved", by=sam, key=batch.pk, filters=Filters(status="solved"))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"seen": "1"}, 409, "requests match by now that were not counted. Nothing was changed."),
        ({"do": ""}, 422, "Please choose what to do with them."),
        ({"do": "status:asleep"}, 422, "This cannot be done."),
        ({"do": "assign:00000000-0000-0000-0000-000000000000"}, 422, "This cannot be done."),
        ({"key": "x"}, 422, "match"),
        ({"seen": "-1"}, 422, "match"),
        ({"seen": ""}, 422, "match"),
    ],
)
def test_what_cannot_begin_is_told_and_changes_nothing(client_for, asked, outside, change, status, words):
    keys = [asked(), asked(), asked()]
    sent = {"do": "status:solved", "seen": ",".join(map(str, keys)), "key": str(uuid4())} | change

    page = client_for("lin").post("/admin/tickets/all", sent)

    assert page.status_code == status
    assert words in text_of(page)
    with outside():
        assert not Batch.objects.exists()


def test_what_was_not_counted_is_left_alone(client_for, asked, outside, lin, row_of):
    """As many match as before, and they are others: whoever counted one is not asked about the other."""
    first, client, path = asked(), client_for("lin"), "/admin/tickets/all?status=new"
    fields = counted(client.get(path))
    second = asked()
    with outside():
        desk.change_status(first, "solved", by=lin)

    page = client.post(path, {"do": "status:triaged"} | fields)
    assert page.status_code == 409
    assert "One request matches by now that was not counted. Nothing was changed." in text_of(page)
    with outside():
        assert not Batch.objects.exists()
    assert row_of(second).status == "new"
    assert client.post(path, {"do": "status:triaged"} | counted(page)).status_code == 302, "counted by now"


def test_what_matches_no_more_holds_up_nothing(client_for, asked, outside, lin, row_of):
    gone, left, client, path = asked(), asked(), client_for("lin"), "/admin/tickets/all?status=new"
    fields = counted(client.get(path))
    with outside():
        desk.change_status(gone, "solved", by=lin)

    assert client.post(path, {"do": "status:triaged"} | fields).status_code == 302
    with outside():
        assert Batch.objects.get().todo == [left]


def test_there_is_a_most(client_for, asked, outside, begin, lin, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 1)
    asked(), asked()

    page = client_for("lin").get("/admin/tickets/all")
    assert "More than 1 requests match" in text_of(page)
    assert 'name="do"' not in page.content.decode()
    with pytest.raises(batches.Invalid) as refused:
        begin("status:solved", by=lin)
    assert "Please narrow the list" in str(refused.value.fields)


def test_three_at_a_time_are_the_most(asked, begin, lin):
    asked()
    for _ in range(3):
        begin("status:solved", by=lin)

    with pytest.raises(batches.Refused, match="under way already"):
        begin("status:solved", by=lin)


def test_support_gives_nothing_to_others(client_for, asked, begin, outside, lin, eli, row_of):
    key = asked()
    assert "Assign to" not in text_of(client_for("lin").get("/admin/tickets/all"))

    work(outside, begin(f"assign:{eli.id}", by=lin))
    assert row_of(key).assignee_id is None


def test_what_was_left_lying_is_sent_again_and_what_is_long_over_goes(asked, begin, outside, lin, monkeypatch):
    asked()
    old, sent = work(outside, begin("status:solved", by=lin)), []
    with outside():
        Batch.objects.filter(pk=old.pk).update(finished_at=clock.now() - timedelta(days=8))
    asked()
    left = begin("status:solved", by=lin)
    monkeypatch.setattr(batches, "_send", sent.append)
    wake_batches()

    assert sent == [left]
    with outside():
        assert list(Batch.objects.values_list("pk", flat=True)) == [left.pk]
