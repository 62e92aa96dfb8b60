"""Lists of people: whatever wrote the file, whatever stands in it, looked at before anybody is invited."""

import io
import re

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from tenant_apps.people import actions, lists
from tenant_apps.people.actions import importing
from tenant_apps.people.models import Import, Invitation

PLACE = "/manager/settings/people/import"
PLAIN = "email,name,role\nnia@x.example,Nía Berg,agent\nper@x.example,Per Dahl,\n"


def rows(content):
    return [(one.email, one.name, one.role, one.wrong) for one in lists.read(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_list_is_read_however_it_was_written(encoding, delimiter):
    found = rows(PLAIN.replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    assert found == [("nia@x.example", "Nía Berg", "agent", ""), ("per@x.example", "Per Dahl", "", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nia@x.example\nper@x.example", [("nia@x.example", ""), ("per@x.example", "")]),
        ("Nia,nia@x.example", [("nia@x.example", "Nia")]),
        ("E-Mail Address,First name,Surname\nnia@x.example,Nia,Berg", [("nia@x.example", "Nia Berg")]),
        ('name;email\n"Berg; Nia";nia@x.example\n\n;;\n', [("nia@x.example", "Berg; Nia")]),
        ('email,name\nnia@x.example,"Nia\nBerg"', [("nia@x.example", "Nia\nBerg")]),
    ],
)
def test_columns_are_found_by_name_or_by_what_stands_in_them(text, expected):
    assert [(one.email, one.name) for one in lists.read(text.encode()).rows] == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"email\n", "no people"),
        (b"name,phone\nNia,1", "No column is called"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\x00\x01\x02email", "no text"),
        (b'email,name\nnia@x.example,"open', "cannot be read"),
        (b'email\n"' + b"x" * 200_000 + b'"', "cannot be read"),
        (b"email," + b"," * 60 + b"\n", "columns"),
        (b"email\n" + b"a@x.example\n" * 5_001, "more than 5,000"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content, words):
    with pytest.raises(Invalid) as no:
        lists.read(content)
    assert words in no.value.fields["file"][0]


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\u202eevil", "x\x07", "x" * 501, '"=1+1"']
)
def test_formulas_and_hidden_signs_are_no_names(cell):
    ((_, _, _, wrong),) = rows(f"email,name\nnia@x.example,{cell}".encode())
    assert wrong


def test_each_line_that_cannot_be_taken_says_why(inside, acme, ada, ben):
    text = "email,role,teams\nnia@x.example,Agent,night\nNIA@x.example,,\nmia@acme.example,,\nnobody,,\n"
    text += "a@x.example,king,\nb@x.example,owner,\nc@x.example,,Day\n,agent,\nben@acme.example,,"
    with inside(acme):
        team, _ = actions.add_team("Night", by=ada)
        actions.deactivate(ben.id, None, by=ada)
        made, _ = importing.look_over("list.csv", text.encode(), "member", by=ada)
        assert made.rows == [
            {"line": 2, "email": "nia@x.example", "name": "", "role": "agent", "teams": [str(team.pk)]}
        ]
        assert not Invitation.objects.exists()
    assert [line for line, _, _ in made.refused] == [3, 4, 5, 6, 7, 8, 9, 10]
    words = " ".join(why for _, _, why in made.refused)
    for part in ("line 2", "here already", "no e-mail", "no role", "more than your own", "no team", "no address"):
        assert part in words.replace("not an e-mail", "no e-mail").lower()
    assert "Bring them back" in words


def test_a_thousand_are_invited_a_hundred_at_a_time_and_taken_back(inside, acme, ada, olga):
    text = "email\n" + "\n".join(f"p{number}@x.example" for number in range(250))
    with inside(acme):
        made, _ = importing.look_over("list.csv", text.encode(), "customer", by=ada)
        for attempt in (importing.begin, importing.take_back, importing.find):
            with pytest.raises(Missing):
                attempt(made.pk, by=olga)
        importing.begin(made.pk, by=ada)
        importing.begin(made.pk, by=ada)
    turns = []
    for _ in range(3):
        with inside(acme):
            turns.append(importing.go_on(made.pk))
    assert turns == [True, True, False]
    with inside(acme):
        assert (Import.objects.get().state, Invitation.objects.waiting().count()) == ("done", 250)
        Invitation.objects.filter(email="p7@x.example").update(used_at="2026-01-01T00:00:00Z")
        assert importing.take_back(made.pk, by=ada) == 249
        assert not importing.go_on(made.pk)
        with pytest.raises(Refused):
            importing.take_back(made.pk, by=ada)


def test_whoever_may_no_longer_invite_invites_no_more_out_of_a_list(inside, acme, ada, olga):
    with inside(acme):
        made, _ = importing.look_over("list.csv", b"email\nnia@x.example", "customer", by=ada)
        importing.begin(made.pk, by=ada)
        actions.change_role(ada.id, "agent", by=olga)
        importing.go_on(made.pk)
        assert not Invitation.objects.exists()
        assert Import.objects.get().refused


@pytest.mark.parametrize("name", ["ben", "mia", "cleo"])
def test_only_who_invites_imports(inside, acme, actor_for, name):
    actor = actor_for(name)
    with inside(acme), pytest.raises(Forbidden):
        importing.look_over("list.csv", PLAIN.encode(), "customer", by=actor)


def test_a_file_is_looked_at_on_a_page_begun_once_and_taken_back(client_for, inside, acme, mails):
    from portico import tasks

    client = client_for("ada")
    file = io.BytesIO(f"{PLAIN}=evil@x.example,<b>Eve</b>,".encode())
    file.name = "Our people.csv"
    page = client.post(PLACE, {"file": file, "role": "member"}, follow=True)
    text = page.content.decode()
    assert "2 people can be invited, 1 line cannot be taken" in text
    assert "&lt;b&gt;" not in text
    place = re.search(rf'action="({PLACE}/[^"]+)"', text)[1]
    for _ in range(2):
        client.post(place)
    with inside(acme):
        key = Import.objects.get().pk.hex
        tasks.import_people.run(key)
    assert "2 invitations sent" in client.get(place).content.decode()
    assert len(mails()) == 2
    assert "Taken back: 2 invitations ended." in client.post(place, {"undo": "1"}, follow=True).content.decode()
    assert client.post(PLACE, {"role": "member"}).status_code == 422
    assert client.get(f"{PLACE}/template.csv").content.startswith(b"\xef\xbb\xbfemail,name,role,teams")
