"""A mail taken apart: what it says whatever program wrote it, and what becomes of one that is meant to hurt."""

import base64
import os

import pytest

from tenant_apps.mailroom.reading import Reader, Unreadable
from tenant_apps.mailroom.reading.taking import take_apart
from tests.trust import mailfuzz

pytestmark = pytest.mark.no_database
HEAD = b"From: Ada <a@b.example>\n"


def said(*lines, head=HEAD):
    """What a mail with these lines says."""
    return take_apart(head + b"\n".join(lines))[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?Q?caf=E9?= =?x-nothing?q?_caf=E9?=", "café café"),
        (b"=?gb2312?B?xOO6w6Oh?=", "你好！"),
        (b"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"folded\n over\n\tlines", "folded over lines"),
        (b"=?zip?b?AAAA?= =?utf-8?b?!!!?=", ""),
        (b"=?utf-8?q?a=00b=0Ac?=", "ab c"),
    ],
)
def test_a_subject_is_read_whatever_its_letters(raw, words):
    assert said(b"Subject: " + raw, b"", b"x")["subject"].replace("\x00", "").strip() == words


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        (b'"Lind, Ada" <Ada@B.example>, bo@c.example', [["Lind, Ada", "ada@b.example"], ["", "bo@c.example"]]),
        (b"Ada (of <x@evil.example>) <ada@b.example>", [["Ada", "ada@b.example"]]),
        (b'"bo@c.example" <ada@b.example>', [["bo@c.example", "ada@b.example"]]),
        (b"ada@b.example <x@evil.example>", [["ada@b.example", "x@evil.example"]]),
        (b"ada@b.example@evil.example", [["", ""]]),
        (b"<ada@b.example> x@evil.example", [["", ""]]),
        (b"=?utf-8?q?ada=40b.example=2C?= <x@evil.example>", [["ada@b.example,", "x@evil.example"]]),
        (b"undisclosed-recipients:;", [["", ""]]),
    ],
)
def test_an_address_is_one_or_none(raw, people):
    found = said(b"To: " + raw, b"", b"x")["to"]
    assert [list(one) for one in found] == people


def multipart(*parts, kind=b"mixed"):
    return b"Content-Type: multipart/%s; boundary=b\n\n--b\n" % kind + b"\n--b\n".join(parts) + b"\n--b--\n"


def test_of_two_ways_to_say_it_the_plain_one_is_read_and_the_other_shown():
    html = b"<p>Hi <b>you</b><script>x()</script><img src=http://spy.example/x.png><img src=cid:p></p>"
    picture = b"Content-Type: image/png\nContent-ID: <p>\nContent-Transfer-Encoding: base64\n\nUA=="
    inner = multipart(b"Content-Type: text/html\n\n" + html, picture, kind=b"related").replace(b"b\n", b"c\n")
    inner = inner.replace(b"--b--", b"--c--")
    found = said(multipart(b"Content-Type: text/plain\n\nHi you", inner, kind=b"alternative"))
    assert found["text"] == "Hi you"
    assert found["look"] == '<p>Hi <b>you</b><img><img src="data:image/png;base64,UA=="></p>'


def test_html_alone_is_read_as_words():
    found = said(b"Content-Type: text/html; charset=utf-8", b"", "<h1>Hällo</h1><p>A<br>B</p>".encode())
    assert found["text"].split() == ["Hällo", "A", "B"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (
            "It works.\n\nBest regards\nJane\n\nOn 1 Jan 2026 Bob <b@c.example> wrote:\n> hi\n> there",
            "Best regards\nJane",
        ),
        ("Geht.\n\nMit freundlichen Grüßen\nJana", "Mit freundlichen Grüßen\nJana"),
        ("Ça va.\n\nCordialement\nJean", "Cordialement\nJean"),
        ("Fine.\n\nSent from my iPhone", "Sent from my iPhone"),
    ],
)
def test_a_signature_is_marked_in_several_languages(text, end):
    found = said(b"Content-Type: text/plain; charset=utf-8", b"", text.encode())["text"]
    assert f"\n\n-- \n{end}" in found
    assert found.replace("-- \n", "") == text


def test_a_signature_is_found_below_any_number_of_empty_lines():
    text = said(b"", b"It works.", *[b""] * 7_000, b"Best regards", b"Jane")["text"]
    assert text.startswith("It works.")
    assert text.endswith("\n\n-- \nBest regards\nJane")


def test_a_mail_in_which_a_signature_takes_long_to_look_for_is_read_as_it_is():
    reader, words = Reader(), b"It works.\nEnviado desde mi " + b"x " * 3_900 + b"!"
    found = reader.read(HEAD + b"\n" + words)
    reader.close()
    assert found.said["text"] == words.decode()


def test_files_invitations_and_messages_within_are_found():
    entry = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20260102T150000Z\nEND:VEVENT\nEND:VCALENDAR"
    ics = b"Content-Type: text/calendar\n\n" + entry
    inner = b"Content-Type: message/rfc822\n\nFrom: bo@c.example\nSubject: Earlier\n\nThe lamp."
    named = b"Content-Type: application/pdf; name*=utf-8''b%C3%A4r.pdf\nContent-Transfer-Encoding: base64\n\nUERG"
    found, files = take_apart(HEAD + multipart(ics, inner, named))
    assert [one["name"] for one in found["files"]] == ["invite.ics", "Earlier.eml", "bär.pdf"]
    assert files[2] == b"PDF"
    assert "Invitation: Tea\nWhen: 2026-01-02 15:00 UTC" in found["text"]
    assert "Subject: Earlier\n\nThe lamp." in found["text"]


def test_a_report_names_the_mail_it_is_about():
    outcome = b"Reporting-MTA: x\n\nFinal-Recipient: rfc822; zoe@x.example\nAction: failed\nStatus: 5.1.1"
    status = b"Content-Type: message/delivery-status\n\n" + outcome
    sent = b"Content-Type: message/rfc822\n\nMessage-ID: <ours@mail.localhost>\n\nHello"
    report = multipart(b"\nIt failed.", status, sent, kind=b"report")
    found = said(report)["report"]
    assert found == {
        "action": "failed",
        "status": "5.1.1",
        "recipient": "zoe@x.example",
        "message_id": "<ours@mail.localhost>",
    }


def nested(depth):
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


# The table of research/trust.md §2.5, and what else has hurt mail programs.
HOSTILE = {
    "20,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "80,000 folded words": b"Subject: " + b"=?utf-8?q?a?=\n " * 80_000 + b"\n\nx",
    "80,000 addresses": b"To: " + b"aa@b.example, " * 80_000 + b"\n\nx",
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
    "1,000 deep": nested(1_000),
    "2,000 comments": b"To: " + b"(" * 2_000 + b"\n\nx",
    "deep HTML": b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "19,000 tables": b"Content-Type: text/html\n\n" + b"<table><tr><td>" * 6_000,
    "a million quotes": b"\n" + b"> " * 500_000,
    "parameters": b"Content-Type: text/plain" + b'; a="' * 3_000 + b"\n\nx",
    "greetings": b"\n" + b"Best regards\n" * 40_000,
    "winmail": b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22" + b"\x01\xff\xff\xff\xff" * 50_000,
    "calendar": b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 30_000,
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"A===" * 500_000,
    "25 MB": b"Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(b"0123456789abcdef" * 1_200_000),
}


def cost(reader, raw):
    """What a mail took, and how much the reader held; nothing when it was refused."""
    try:
        found = reader.read(raw)
    except Unreadable:
        return 0, 0
    return found.spent, found.peak


def test_a_hostile_mail_costs_little_and_hurts_no_other():
    reader = Reader()
    for name, raw in HOSTILE.items():
        seconds, memory = cost(reader, HEAD + raw)
        assert (name, seconds < 1, memory < 256 * 2**20) == (name, True, True)
        assert reader.read(HEAD + b"Subject: still here\n\nx").said["subject"] == "still here"
    reader.close()


def test_a_reader_that_is_killed_is_another_one_for_the_next_mail():
    reader = Reader()
    reader.read(HEAD + b"\nx")
    os.kill(reader._child.pid, 9)
    assert reader.read(HEAD + b"Subject: again\n\nx").said["subject"] == "again"
    reader.close()


def test_of_mails_that_are_broken_at_random_none_is_lost_and_none_takes_long():
    found = mailfuzz.run(300, None, seed=7)
    assert (found["lost"], found.get("trouble", 0)) == (0, 0)
    assert found["longest_cpu_s"] < mailfuzz.LONGEST
    assert found["peak_mb"] < mailfuzz.LARGEST / 2**20
