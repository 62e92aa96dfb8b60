"""Mails in a company's own words: checked when they are saved, and replaced by Portico's when they cannot be used."""

import pytest

from shared_apps.mail import wording
from tenant_apps.notices.samples import SAMPLES
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Setting

PATH = "/manager/settings/mail/letters/support_ticket_update"
OURS = "Subject: [{{ number }}] Hallo\nLiebe {{ name }},\n\n{{ message }}\n\nHier:\n{{ link }}"


@pytest.fixture
def page(client_for):
    return client_for("ada")


def _save(page, source=OURS, version="0", **more):
    return page.post(PATH, {"do": "save", "version": version, "language": "", "source": source} | more)


def _answered(inside, acme, wish, ada, mails):
    ticket = wish()
    with inside(acme):
        actions.reply(ticket, "Please try another lamp.", by=ada)
    return [one for one in mails() if one["To"].addresses[0].addr_spec == "cleo@acme.example"][-1]


def test_every_letter_of_portico_can_be_begun_with():
    for template, sample in SAMPLES.items():
        assert "{{" not in wording.fill(template, wording.beginning(template), sample.words)


def test_saved_words_leave_from_then_on_and_can_be_undone(page, inside, acme, wish, ada, mails):
    answer = _save(page)
    assert answer.status_code == 302
    mail = _answered(inside, acme, wish, ada, mails)
    assert mail["Subject"].endswith("Hallo")
    assert "Liebe Cleo" in mail.get_body(("plain",)).get_content()
    assert page.post(PATH, {"do": "put_back", "version": "1", "source": "x"}).status_code == 302
    assert "Hello Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()


def test_a_person_reads_their_own_language(page, inside, acme, wish, ada, cleo, mails):
    from shared_apps.accounts.models import User

    assert _save(page, language="de").status_code == 302
    with inside(acme):
        User.objects.filter(pk=cleo.id).update(profile={"language": "de"})
    assert "Liebe Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()


def test_whoever_chose_none_is_written_to_in_the_companys_language(page, inside, acme, wish, ada, cleo, mails):
    from shared_apps.accounts.models import User

    home = PATH.rpartition("/")[0]
    assert _save(page, language="de").status_code == 302
    assert "Hello Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()
    assert '<option value="de">Deutsch' in page.get(home).text
    assert page.post(home, {"letter_language": "de", "version": "0"}).status_code == 302
    assert page.post(home, {"letter_language": "klingon", "version": "1"}).status_code == 422
    assert "Liebe Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()
    with inside(acme):
        User.objects.filter(pk=cleo.id).update(profile={"language": "fr"})
    assert "Hello Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()


def test_letters_about_the_account_follow_the_language_too(inside, acme, cleo, mails):
    from portico.mailing import Letter, post
    from shared_apps.accounts.models import User
    from tenant_apps.tickets.models import Setting

    with inside(acme):
        User.objects.filter(pk=cleo.id).update(profile={"language": "de"})
        words = {"new_password": {"de": "Subject: Neues Kennwort\nHier: {{ link }}"}}
        Setting.objects.create(key="letters", value=words, version=1)
        facts = {"link": "https://acme.example/reset/x"}
        post(Letter(to="cleo@acme.example", template="new_password", facts=facts, stream="auth", person=cleo.id))
    assert mails()[-1]["Subject"] == "Neues Kennwort"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Hello", "first line has to say the subject"),
        ("Subject: x\n", "no words below the subject"),
        ("Subject: x\nHello {{ password }}", "Nothing is called"),
        ("Subject: x\nHello {{ name }}", "of no use without {{ message }}"),
        ("Subject: x\nHello {% include 'x' %} {{ name|safe }}", "A name stands between two braces"),
    ],
)
def test_words_that_cannot_be_used_are_refused_in_words(page, source, words):
    answer = _save(page, source)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    framed = page.post(f"{PATH}/look", {"source": source})
    assert "This cannot be shown." in framed.content.decode()


def test_broken_words_are_replaced_by_porticos_and_reported(page, inside, acme, wish, ada, mails):
    with inside(acme):
        Setting.objects.create(key="letters", value={"support_ticket_update": {"": "Subject: x\n{{ gone }}"}})
    assert "Hello Cleo" in _answered(inside, acme, wish, ada, mails).get_body(("plain",)).get_content()
    assert "Portico’s words leave instead." in page.get("/manager/settings/mail/letters").content.decode()


def test_the_preview_shows_what_is_typed_and_a_test_goes_to_who_asks(page, mails):
    framed = page.post(f"{PATH}/look", {"source": OURS + "\n\n<script>alert(1)</script>"})
    assert framed["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "Liebe Cleo Park" in framed.content.decode()
    assert "<script" not in framed.content.decode()
    assert "Hallo" in framed.content.decode().partition("<body")[2].partition("Liebe")[0]  # the subject
    assert page.post(PATH, {"do": "test", "version": "0", "source": OURS}).status_code == 200
    [mail] = mails()
    assert mail["To"].addresses[0].addr_spec == "ada@acme.example"
    assert "Hallo" in mail["Subject"]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/look", "/manager/settings/mail/letters"])
def test_agents_find_nothing(client_for, path):
    assert client_for("ben").get(path).status_code == 404


def test_there_are_no_other_letters(page):
    assert [page.get(PATH.replace("update", end)).status_code for end in ("x", "update/look/x")] == [404, 404]
