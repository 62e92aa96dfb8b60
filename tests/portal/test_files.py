"""Files that go along: with a request, with a reply, and through a refusal."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.tickets.models import Attachment
from tests.portal.conftest import page_of
from tests.portal.test_asking import TYPED


def some_file(name="display.txt", content=b"Paper jam in tray two."):
    return SimpleUploadedFile(name, content)


def test_a_file_goes_along_with_a_request_and_with_a_reply(client_for):
    cleo = client_for("cleo")
    answer = cleo.post("/requests/new", TYPED | {"files": some_file()}, follow=True)
    assert "display.txt" in answer.content.decode()
    path = answer.redirect_chain[0][0]

    cleo.post(f"{path}/reply", {"body": "One more.", "files": some_file("second.txt")})
    page = page_of(cleo, path)
    assert "second.txt" in page
    assert "display.txt" in page


def test_what_a_refused_form_brought_stands_ready_in_it(client_for, inside, acme):
    answer = client_for("cleo").post("/requests/new", {"subject": "", "description": "Words", "files": some_file()})
    assert answer.status_code == 422
    with inside(acme):
        kept = Attachment.objects.get()
    assert f'name="attachments" value="{kept.pk}"' in answer.content.decode()


def test_a_file_that_is_not_taken_is_named_and_the_words_stay(client_for, wish):
    ticket = wish()
    typed = {"body": "Look at this.", "files": some_file("tool.exe", b"MZ\x90\x00")}
    answer = client_for("cleo").post(f"/requests/{ticket.pk}/reply", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "tool.exe" in page
    assert "Look at this." in page


def test_files_go_on_into_the_new_request_when_the_old_one_was_closed(client_for, wish, act, cleo):
    ticket, browser = act("change_status", wish(), "closed", by=cleo), client_for("cleo")
    typed = {"body": "One more thing.", "files": some_file()}
    page = browser.post(f"/requests/{ticket.pk}/reply", typed).content.decode()
    key = page.split('name="attachments" value="')[1].partition('"')[0]

    again = f"/requests/new?after={ticket.pk}"
    assert key in browser.post(again, {"draft": "1", "body": "One more thing.", "attachments": key}).content.decode()
    assert "display.txt" in browser.post(again, TYPED | {"attachments": key}, follow=True).content.decode()


def test_somebody_elses_file_does_not_go_along(client_for, wish, mia):
    ticket = wish(by=mia)
    cleos = client_for("cleo").post("/requests/new", {"description": "Words", "files": some_file()}).content.decode()
    key = cleos.split('name="attachments" value="')[1].partition('"')[0]
    answer = client_for("mia").post(f"/requests/{ticket.pk}/reply", {"body": "Mine now", "attachments": key})
    assert answer.status_code == 422
    assert "display.txt" not in answer.content.decode()


def test_the_files_of_a_note_are_not_shown(client_for, inside, acme, wish, ada):
    from tenant_apps.tickets import actions, attachments

    ticket = wish()
    with inside(acme):
        kept = attachments.receive(some_file("bill.txt"), by=ada)
        actions.reply(ticket, "Only us", by=ada, internal=True, files=[kept.pk])
    cleo = client_for("cleo")
    assert "bill.txt" not in page_of(cleo, f"/requests/{ticket.pk}")
    assert cleo.get(f"/files/{kept.pk}").status_code == 404
