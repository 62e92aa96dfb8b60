"""Lists that are taken along as files: by many at once, by slow readers, and with words that are traps elsewhere."""

import csv
import io
from contextlib import ExitStack, closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portico import downloads, limits
from tenant_apps.tickets import actions, attachments
from tests.tickets.test_attachments import follow

EXPORT = "/manager/inbox/export.csv"


def test_slow_readers_of_one_company_leave_threads_to_all_others(client_for, wish, monkeypatch):
    monkeypatch.setattr(limits._downloads, "_wait", 0.05)
    wish()
    ada = client_for("ada")
    with ExitStack() as reading:
        for place in (EXPORT, "/manager/audit.csv", EXPORT):
            page = reading.enter_context(closing(ada.get(place)))
            assert next(iter(page.streaming_content))
        refused = ada.get(EXPORT)
        assert (refused.status_code, refused["Retry-After"]) == (429, "1")
        assert ada.get("/manager/inbox").status_code == 200
    with closing(ada.get(EXPORT)) as page:
        assert page.status_code == 200


def test_slow_readers_of_files_leave_threads_to_all_others(client_for, inside, acme, wish, cleo, monkeypatch):
    monkeypatch.setattr(limits._downloads, "_wait", 0.05)
    with inside(acme):
        kept = attachments.receive(SimpleUploadedFile("notes.txt", b"The lamp flickers at night."), by=cleo)
        actions.reply(wish(), "Look at this.", by=cleo, files=[kept.pk])
    link = client_for("cleo").get(f"/files/{kept.pk}")["Location"]
    with ExitStack() as reading:
        for _ in range(3):
            page = reading.enter_context(closing(follow(link)))
            assert page.status_code == 200
        assert follow(link).status_code == 429
    with closing(follow(link)) as page:
        assert page.status_code == 200


@pytest.mark.parametrize("words", ["a%00b", "%00", "%ed%a0%80"])
def test_words_that_cannot_be_kept_are_looked_for_all_the_same(client_for, wish, words):
    wish()
    page = client_for("ada").get(f"{EXPORT}?q={words}")
    assert page.status_code == 200
    assert b"".join(page.streaming_content).startswith(b"number,")


@pytest.mark.parametrize("subject", ["Hello;=1+1;there", "Hello; =1+1", "a;@SUM(1)", "a\t-1"])
def test_a_formula_behind_what_parts_columns_elsewhere_is_none(client_for, wish, inside, acme, ada, subject):
    wish(subject=subject)
    text = b"".join(client_for("ada").get(f"{EXPORT}?view=open").streaming_content).decode()
    for mark in ";\t":
        cells = [cell for line in csv.reader(io.StringIO(text), delimiter=mark) for cell in line]
        assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(("value", "cell"), [(-5, "-5"), (-4.5, "-4.5"), ("-5", "'-5"), (["-5"], "'-5"), (True, "yes")])
def test_a_number_stays_one_and_a_sum_becomes_words(value, cell):
    ((found,),) = csv.reader(io.StringIO(downloads.written("csv", [{"degrees": value}], ["degrees"]), newline=""))
    assert found == cell
