"""Notes beside a request: for Portico's staff, and the confidential ones for engineers and those who lead."""

import re
from dataclasses import replace

import pytest

from portico.live import groups, signals
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.care.models import Note
from shared_apps.console.models import TicketIndex
from tests.console.test_pages import asked, row_of, text_of

__all__ = ["asked", "row_of"]
STAFF = ("lin", "eli", "sam", "max", "una")


@pytest.fixture
def noted(client_for, asked, outside):
    """`noted(by="eli", is_confidential="on")` = a request about the website, and the address of a note beside it."""

    def write(by="sam", words="They owe us two months.", key=None, **more):
        key = key or asked()
        client_for(by).post(f"/admin/tickets/{key}/notes", {"note": words} | more)
        with outside():
            return key, f"/admin/tickets/{key}/notes/{Note.objects.order_by('id').last().pk}"

    return write


def test_a_note_stands_in_the_conversation_and_changes_nothing_of_the_request(client_for, noted, asked, row_of):
    key = asked()
    before = row_of(key)

    noted(key=key, words="They owe <us>.\nTwo months.")

    page = client_for("lin").get(f"/admin/tickets/{key}")
    assert "Internal note by Sam Oduya" in text_of(page)
    assert "They owe &lt;us&gt;." in page.content.decode()
    after = row_of(key)
    assert (after.version, after.last_activity_at) == (before.version, before.last_activity_at)


def test_it_is_changed_deleted_and_brought_back(client_for, noted):
    key, address = noted(by="lin", words="First words.")
    lin = client_for("lin")

    assert "Second words." in text_of(lin.post(address, {"note": "Second words.", "seen": "1"}, follow=True))
    gone = lin.post(address, {"delete": "1"}, follow=True)
    assert "Second words." not in text_of(gone)
    back = re.search(r'action="([^"]+/bring-back)"', gone.content.decode())[1]
    assert "Second words." in text_of(lin.post(back, follow=True))


def test_others_neither_change_nor_delete_it_but_those_who_lead_delete(client_for, noted):
    key, address = noted(by="lin")
    client_for("sam").post(f"/admin/tickets/{key}/assign", {"admin": str(_id("max"))})
    assert client_for("max").get(address).status_code == 403
    assert client_for("max").post(address, {"delete": "1"}).status_code == 403
    assert client_for("sam").post(address, {"note": "Not so."}).status_code == 403
    assert "Delete" in text_of(client_for("sam").get(address))
    assert client_for("sam").post(address, {"delete": "1"}).status_code == 302


def test_whoever_saw_older_words_is_told(client_for, noted):
    _, address = noted(by="lin")
    lin = client_for("lin")
    lin.post(address, {"note": "Changed.", "seen": "1"})
    page = lin.post(address, {"note": "Mine.", "seen": "1"})
    assert page.status_code == 409
    assert "Changed." in text_of(page)
    assert "Mine." in page.content.decode()


@pytest.mark.parametrize(("words", "said"), [(" ", "Please write something."), ("x" * 4_001, "at most 4000")])
def test_what_cannot_be_kept_is_said_and_stays(client_for, asked, words, said):
    page = client_for("lin").post(f"/admin/tickets/{asked()}/notes", {"note": words})
    assert page.status_code == 422
    assert said in text_of(page)


def test_a_reply_that_is_being_typed_survives_a_note(client_for, asked):
    sent = {"note": "For us.", "body": "Half a rep"}
    page = client_for("lin").post(f"/admin/tickets/{asked()}/notes", sent, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "Half a rep" in page.content.decode()
    assert "For us." in page.content.decode()


def test_a_note_can_be_added_to_what_is_closed(client_for, noted, asked):
    key = asked()
    client_for("sam").post(f"/admin/tickets/{key}/status", {"status": "closed"})
    noted(key=key, words="For the next time.")
    assert "For the next time." in text_of(client_for("lin").get(f"/admin/tickets/{key}"))


@pytest.mark.parametrize("name", ["lin", "max"])
def test_others_can_neither_mark_nor_read_what_is_confidential(client_for, asked, outside, name):
    key = asked()
    client_for("sam").post(f"/admin/tickets/{key}/assign", {"admin": str(_id(name))})
    assert "Confidential" not in text_of(client_for(name).get(f"/admin/tickets/{key}"))
    answer = client_for(name).post(f"/admin/tickets/{key}/notes", {"note": "Psst.", "is_confidential": "on"})
    assert answer.status_code == 403
    with outside():
        assert not Note.objects.exists()


def test_who_marked_it_reads_it_whatever_they_are_by_now(client_for, noted, outside, eli):
    key, address = noted(words="For few.", is_confidential="on")
    with outside():
        Note.objects.update(author_id=_id("lin"))
    assert "For few." in text_of(client_for("lin").get(f"/admin/tickets/{key}"))
    assert client_for("lin").get(address).status_code == 200


def test_what_was_told_to_all_can_be_made_confidential(client_for, noted):
    key, address = noted(words="Rather for few.")
    client_for("sam").post(address, {"note": "Rather for few.", "is_confidential": "on", "seen": "1"})
    assert "Rather for few." not in text_of(client_for("lin").get(f"/admin/tickets/{key}"))
    assert "confidential" in text_of(client_for("omar").get(f"/admin/tickets/{key}"))


def test_the_audit_tells_of_a_note_without_its_words(noted, outside, row_of):
    key, _ = noted(words="The secret.", is_confidential="on")
    with outside():
        row = PlatformAuditLog.objects.get(verb="company.note.create")
        assert row.facts["number"] == TicketIndex.objects.get(pk=key).number
        assert row.facts["is_confidential"] is True
        assert "secret" not in str(row.facts)


@pytest.mark.parametrize(
    ("is_confidential", "who"), [(False, {"lin", "eli", "sam", "max", "una"}), (True, {"eli", "sam"})]
)
def test_open_pages_of_those_who_are_told_look_again(asked, row_of, actor_for, is_confidential, who):
    told = signals.told_of_note(row_of(asked()), is_confidential=is_confidential)

    cover = {name: replace(actor_for(name), capabilities=frozenset({"subject:website"})) for name in STAFF}
    assert {name for name, actor in cover.items() if groups.of(actor, None) & set(told)} == who
    assert not [group for group in told if group.startswith("company.")]


def _id(name):
    from django.db import transaction

    from portico.database import platform_scope
    from shared_apps.accounts.models import User
    from tests.support import cast

    with platform_scope(), transaction.atomic():
        return User.objects.get(email=cast.email_of(name)).pk


def test_an_undo_of_a_deletion_is_for_who_deleted(client_for, noted):
    _, address = noted(by="lin")
    client_for("sam").post(address, {"delete": "1"})
    assert client_for("lin").post(f"{address}/bring-back").status_code == 404
    assert client_for("sam").post(f"{address}/bring-back").status_code == 302
