"""What somebody might send: script in every field, bytes that do not fit, a megabyte, other writing directions."""

import pytest

from tests.portal.conftest import page_of
from tests.portal.test_asking import FIELDS, REPAIR, TYPED

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'></textarea>"
BIDI = "שלום \u202egnp.exe\u202c مرحبا 👩‍👩‍👧‍👦 𝔘𝔫𝔦"


@pytest.fixture
def asked(client_for):
    """`asked(**fields)` = Cleo's answer page to a new request."""
    return lambda **fields: client_for("cleo").post("/requests/new", TYPED | fields, follow=True)


def test_script_is_text_wherever_it_was_typed(client_for, settle, asked, sees):
    settle(types={"repair": REPAIR})
    sees("mia", "all")
    own = FIELDS | {"type": "repair", "field-remark": SCRIPT}
    answer = asked(subject=SCRIPT, description=SCRIPT, **own)
    path = answer.redirect_chain[0][0]
    client_for("cleo").post(f"{path}/reply", {"body": SCRIPT})
    pages = [page_of(client_for("cleo"), one) for one in (path, "/", "/requests", "/requests?q=0001")]
    pages += [page_of(client_for("mia"), "/requests?whose=all"), page_of(client_for("mia"), path)]
    pages += [page_of(client_for("cleo"), f"/requests/new?after={path.rpartition('/')[2]}")]

    for page in pages:
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "</textarea>\"'" not in page


def test_rich_text_is_cleaned_when_it_is_shown(client_for, inside, acme, wish, act, ada):
    from tenant_apps.tickets.guard import writing

    ticket = wish()
    said = act("reply", ticket, "", html="<p>Press <b>Feed</b></p>", by=ada)
    assert "<b>Feed</b>" in page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    with inside(acme), writing():
        said.html = "<p onclick=alert(1)>Press <b>Feed</b><script>alert(1)</script></p>"
        said.save(update_fields=["html"])
    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    assert "<b>Feed</b>" in page
    assert "alert(1)" not in page


@pytest.mark.parametrize("field", ["subject", "description", "type", "department", "urgency", "key"])
def test_a_nul_byte_breaks_nothing(client_for, field):
    answer = client_for("cleo").post("/requests/new", TYPED | {field: "a\x00b"})
    assert answer.status_code in {302, 422}


@pytest.mark.parametrize("name", ["show", "whose", "q", "cursor", "after", "type", "department", "all"])
def test_a_nul_byte_in_an_address_breaks_nothing(client_for, wish, name):
    ticket, cleo = wish(), client_for("cleo")
    for path in ("/", "/requests", "/requests/new", f"/requests/{ticket.pk}"):
        assert cleo.get(path, {name: "a\x00b\ud83d".encode("utf-8", "surrogatepass")}).status_code in {200, 302}


def test_other_writing_directions_and_signs_are_kept(asked):
    page = asked(subject=BIDI, description=BIDI).content.decode()
    assert BIDI in page
    assert 'dir="auto"' in page


@pytest.mark.parametrize(("length", "status"), [(20_000, 302), (20_001, 422), (900_000, 422), (1_100_000, 413)])
def test_long_words_are_taken_or_refused(client_for, length, status):
    typed = TYPED | {"description": "x" * length}
    assert client_for("cleo").post("/requests/new", typed).status_code == status


def test_a_subject_that_is_too_long_is_said_to_be(client_for):
    answer = client_for("cleo").post("/requests/new", TYPED | {"subject": "x" * 256})
    assert answer.status_code == 422
    assert "256 characters" in answer.content.decode()


NOTED = "Only between us agents"
PARTS = ("", "?all=1", "/messages/{note}")


def test_no_answer_of_any_kind_holds_a_note(client_for, wish, act, sees, ada):
    ticket = wish()
    act("reply", ticket, "An open word", by=ada)
    note = act("reply", ticket, NOTED, by=ada, internal=True)
    act("react", note, "👀", by=ada)
    act("edit", note, f"{NOTED}, edited", by=ada)
    sees("mia", "all")
    for name in ("cleo", "mia"):
        browser = client_for(name)
        for headers in ({}, {"HX-Request": "true"}):
            for part in PARTS:
                answer = browser.get(f"/requests/{ticket.pk}{part.format(note=note.pk)}", headers=headers)
                assert NOTED not in answer.content.decode()
                assert str(note.pk) not in answer.content.decode().replace(f"/messages/{note.pk}", "")
            said = browser.post(f"/requests/{ticket.pk}/reply", {"body": "And?"}, headers=headers, follow=True)
            assert NOTED not in said.content.decode()


def test_a_status_of_the_agents_keeps_its_name_from_customers(client_for, settle, wish, act, ada):
    settle(types={"repair": REPAIR})
    ticket = wish(type="repair", fields={"serial": "LX2-88031", "agreed": True})
    act("change_status", ticket, "lost", by=ada)
    page = page_of(client_for("cleo"), f"/requests/{ticket.pk}")
    assert "cellar" not in page
    assert "lost" not in page
    assert "moved this from Received to Being worked on" in page


def test_a_page_of_another_company_is_not_found(client_for, wish, visitor):
    assert client_for("bo").get(f"/requests/{wish().pk}").status_code == 404
