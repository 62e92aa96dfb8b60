"""Signing in with a SAML provider, against a real one, and what a forger may try."""

import base64
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from portico.errors import Invalid
from shared_apps.accounts.models import User
from tenant_apps.sso import actions, mapping, saml
from tenant_apps.sso.actions import Wish
from tests.sso.idp import NS, Idp, packed, unpacked

A = "{urn:oasis:names:tc:SAML:2.0:assertion}"
P = "{urn:oasis:names:tc:SAML:2.0:protocol}"


@pytest.fixture(scope="session")
def idps(tmp_path_factory):
    """Acme's provider, and another one that calls itself the same."""
    folder = tmp_path_factory.mktemp("idp")
    return Idp(folder), Idp(folder, "forger")


@pytest.fixture
def idp(idps):
    return idps[0]


@pytest.fixture
def connection(inside, acme, olga, idp):
    with inside(acme):
        made = actions.add("saml", Wish("Acme ID", metadata=idp.metadata.encode(), default_role="agent"), by=olga)
        return actions.switch(made.pk, on=True, by=olga)


@pytest.fixture
def come(visitor, connection, idp, proven):
    """`come()` = begin at Acme, have the provider answer, and come back; the last answer, and the client."""
    where = f"/sign-in/with/{connection.pk}"

    def ask(provider=idp, *, client=None, spoil=None, relay=None, **said):
        client = client or visitor("acme")
        address = client.get(where)["Location"]
        sp = visitor("acme").get(f"{where}/metadata.xml").content.decode()
        form = provider.answer(address, sp, **said)
        if spoil:
            form["SAMLResponse"] = spoil(form["SAMLResponse"])
        # The form comes from another site: without the session.
        laid = visitor("acme").post(f"{where}/acs", form | ({"RelayState": relay} if relay else {}))
        return (client.get(laid["Location"]) if laid.status_code == 303 else laid), client, form

    return ask


def test_somebody_new_comes_in_and_is_the_same_afterwards(come, who, inside, acme):
    answer, client, _ = come(mail="nia@acme.example")
    assert (answer.status_code, answer.get("Location")) == (302, "/manager/inbox"), answer.content.decode()
    assert who(client) == "Nia New"
    client = come(mail="other@elsewhere.example")[1]
    assert who(client) == "Nia New"
    with inside(acme):
        assert User.objects.get(email="nia@acme.example").role == "agent"


def test_the_groups_of_an_answer_are_read(come, connection, inside, acme, olga):
    with inside(acme):
        mapping.map_groups(connection.pk, [("Leads", "manager"), ("Choir", "member")], by=olga)
    come(mail="nia@acme.example", memberOf=["Choir", "leads"])
    with inside(acme):
        assert User.objects.get(email="nia@acme.example").role == "manager"
    come(mail="nia@acme.example")
    with inside(acme):
        assert User.objects.get(email="nia@acme.example").role == "agent"


def _earlier(root):
    past = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    for one in root.iter():
        if one.get("NotOnOrAfter"):
            one.set("NotOnOrAfter", past)


def _set(path, name, value):
    return lambda root: root.find(path, NS).set(name, value)


def _without(path):
    def change(root):
        for one in root.findall(path, NS):
            one.getparent().remove(one)

    return change


def _text(path, text):
    def change(root):
        root.find(path, NS).text = text

    return change


_ABOUT = ".//a:SubjectConfirmationData"
CHANGED = {
    "unsigned": {"sign": False},
    "signed with what is broken": {"algorithm": "sha1"},
    "late": {"change": _earlier},
    "without an end": {"change": lambda root: root.find(_ABOUT, NS).attrib.pop("NotOnOrAfter")},
    "for another desk": {"change": _text(".//a:Audience", "http://borealis.localhost:8000/x")},
    "for anybody": {"change": _without(".//a:AudienceRestriction")},
    "sent elsewhere": {"change": _set(_ABOUT, "Recipient", "http://borealis.localhost:8000/acs")},
    "sent to nearly here": {
        "change": lambda root: root.find(_ABOUT, NS).set("Recipient", root.find(_ABOUT, NS).get("Recipient") + "x")
    },
    "sent nowhere": {"change": lambda root: root.find(_ABOUT, NS).attrib.pop("Recipient")},
    "an answer to something else": {"change": _set(_ABOUT, "InResponseTo", "ONELOGIN_other")},
    "an answer to nothing": {"change": lambda root: root.find(_ABOUT, NS).attrib.pop("InResponseTo")},
    "from somebody else": {"change": _text(".//a:Assertion/a:Issuer", "https://evil.example/")},
    "refused": {
        "change": lambda root: root.find(f"{P}Status/{P}StatusCode").set(
            "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"
        )
    },
    "without a subject": {"change": _without(".//a:NameID")},
    "under a name for once": {
        "change": _set(".//a:NameID", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")
    },
}


@pytest.mark.parametrize("name", CHANGED)
def test_an_answer_that_is_not_all_it_should_be_lets_nobody_in(come, who, name):
    answer, client, _ = come(**CHANGED[name])
    assert answer.status_code == 409
    assert who(client) is None


def _evil(assertion):
    """A copy of an assertion in which somebody else is named, without its signature."""
    made = deepcopy(assertion)
    made.remove(made.find("d:Signature", NS))
    made.set("ID", "evil")
    made.find(".//a:NameID", NS).text = "victim"
    return made


def _wrapped(place):
    """Wrapping as in "On Breaking SAML": a forged assertion beside, around or inside the signed one."""

    def spoil(text):
        root = unpacked(text)
        signed = root.find("a:Assertion", NS)
        evil = _evil(signed)
        if place == "before":
            signed.addprevious(evil)
        elif place == "after":
            root.append(evil)
        elif place == "around":
            root.replace(signed, evil)
            evil.insert(1, signed)
        elif place == "in an extension":
            holder = etree.SubElement(root, f"{P}Extensions")
            root.replace(signed, evil)
            holder.append(signed)
            root.insert(1, holder)
        elif place == "in the signature":
            signature = signed.find("d:Signature", NS)
            signed.remove(signature)
            etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(signed)
            evil.insert(1, signature)
            root.append(evil)
        elif place == "with its id":
            evil.set("ID", signed.get("ID"))
            root.append(evil)
        return packed(root)

    return spoil


def _forged(text):
    root = unpacked(text)
    root.find(".//a:NameID", NS).text = "victim"
    return packed(root)


def _bomb(text):
    kinds = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE r [<!ENTITY l0 "lol">{kinds}]>'.encode()
    return base64.b64encode(bomb + base64.b64decode(text).replace(b"Nia New", b"&l8;")).decode()


def _outside(text):
    bomb = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return base64.b64encode(bomb + base64.b64decode(text).replace(b"Nia New", b"&x;")).decode()


SPOILT = {
    **{f"wrapped {place}": _wrapped(place) for place in ("before", "after", "around", "in an extension")},
    "wrapped in the signature": _wrapped("in the signature"),
    "wrapped with its id": _wrapped("with its id"),
    "changed after it was signed": _forged,
    "a bomb": _bomb,
    "a file of ours": _outside,
    "in another encoding": lambda text: base64.b64encode(base64.b64decode(text).decode().encode("utf-16")).decode(),
    "nothing": lambda text: "",
    "nonsense": lambda text: "%%%",
    "no document": lambda text: base64.b64encode(b"<a/>").decode(),
    "too much": lambda text: text + "A" * saml.MOST,
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_forged_answer_lets_nobody_in(come, who, name):
    answer, client, _ = come(spoil=SPOILT[name])
    assert answer.status_code == 409
    assert who(client) is None


def test_a_name_with_a_comment_in_it_is_read_whole(come, who, inside, acme):
    def change(root):
        name = root.find(".//a:AttributeValue", NS)
        for one in root.iterfind(".//a:AttributeValue", NS):
            name = one if one.text and "@" in one.text else name
        name.text = "mia@acme.example"
        name.append(etree.Comment("x"))
        name[-1].tail = ".evil.example"

    answer, client, _ = come(change=change)
    assert answer.status_code == 409
    assert who(client) is None


def test_another_provider_of_the_same_name_is_not_believed(come, who, idps):
    answer, client, _ = come(idps[1])
    assert (answer.status_code, who(client)) == (409, None)


def test_an_answer_is_good_once_and_in_the_browser_that_asked(come, who, visitor, connection):
    where = f"/sign-in/with/{connection.pk}"
    _, client, form = come()
    assert visitor("acme").post(f"{where}/acs", form).status_code == 303
    again = client.get(f"{where}/finish", {"state": form["RelayState"]})
    assert again.status_code == 409

    thief = visitor("acme")
    begun = thief.get(where)["Location"]
    stolen = thief.get(f"{where}/finish", {"state": form["RelayState"]})
    assert (stolen.status_code, who(thief)) == (409, None)
    relay = begun.partition("RelayState=")[2]
    laid = visitor("acme").post(f"{where}/acs", form | {"RelayState": relay.replace("%3A", ":")})
    assert (thief.get(laid["Location"]).status_code, who(thief)) == (409, None)


def test_what_nobody_asked_for_is_not_believed(come, visitor, connection, inside, acme, olga, idp, who):
    form = come()[2] | {"RelayState": ""}
    where = f"/sign-in/with/{connection.pk}"
    client = visitor("acme")
    assert client.post(f"{where}/acs", form).status_code == 409
    with inside(acme):
        wish = Wish("Acme ID", metadata=idp.metadata.encode(), default_role="agent", flags={"starts_there": True})
        actions.change(connection.pk, wish, by=olga)
    assert client.post(f"{where}/acs", form)["Location"] == where
    assert who(client) is None


def test_metadata_says_what_is_needed_and_nothing_else_is_taken(idp):
    found = saml.read_metadata(idp.metadata.encode())
    assert (found["entity_id"], found["sso_url"]) == (idp.entity, "https://idp.acme.example/sso")
    assert saml.one_certificate(idp.certificate.read_text()) == found["certificates"][0]
    for wrong in (b"", b"<a/>", b"x" * 300_000, b'<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>'):
        with pytest.raises(Invalid):
            saml.read_metadata(wrong)
