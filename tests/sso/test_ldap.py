"""Signing in with the company's own directory (LDAP), against a real one."""

import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from portico.errors import Invalid
from shared_apps.accounts.models import User
from tenant_apps.sso import actions, mapping, providers
from tenant_apps.sso.actions import Wish
from tenant_apps.sso.models import Link
from tests.sso.idp import key_pair

ldap3 = pytest.importorskip("ldap3", reason="an optional part: deploy/requirements-ldap.lock")
SLAPD = shutil.which("slapd") or shutil.which("/usr/sbin/slapd")
pytestmark = pytest.mark.skipif(SLAPD is None, reason="there is no directory server on this machine")

BASE, ROOT = "dc=acme,dc=example", ("cn=root,dc=acme,dc=example", "r00t")
PASSWORD = "a quiet harbour"
_CONF = """
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
database mdb
suffix {base}
rootdn {root[0]}
rootpw {root[1]}
directory {folder}/data
overlay memberof
"""


def _free():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Directory:
    """A directory of Acme's people; `plain` and `tls` are its ports."""

    def __init__(self, folder):
        (folder / "data").mkdir()
        self.key, self.certificate = key_pair(folder, "localhost")
        conf = _CONF.format(folder=folder, base=BASE, root=ROOT, key=self.key, certificate=self.certificate)
        (folder / "slapd.conf").write_text(conf)
        self.plain, self.tls = _free(), _free()
        at = f"ldap://127.0.0.1:{self.plain} ldaps://127.0.0.1:{self.tls}"
        self.running = subprocess.Popen([SLAPD, "-h", at, "-f", str(folder / "slapd.conf"), "-d", "0"])  # noqa: S603
        self._line = self._wait()
        self._line.add(BASE, ["dcObject", "organization"], {"dc": "acme", "o": "Acme"})
        for one in ("mia", "nia", "olga"):
            self.add(one)
        self._line.add(f"cn=Leads,{BASE}", ["groupOfNames"], {"member": f"uid=nia,{BASE}"})

    def add(self, name, **more):
        mails = {"mail": f"{name}@acme.example"}
        said = {"cn": f"{name.title()} New", "sn": "New", "userPassword": PASSWORD} | mails | more
        assert self._line.add(f"uid={name},{BASE}", ["inetOrgPerson"], said), self._line.result

    def rename(self, name, mail):
        self._line.modify(f"uid={name},{BASE}", {"mail": [(ldap3.MODIFY_REPLACE, [mail])]})

    def _wait(self):
        server = ldap3.Server("127.0.0.1", self.plain, get_info=ldap3.NONE)
        for _ in range(100):
            try:
                return ldap3.Connection(server, *ROOT, auto_bind=True)
            except ldap3.core.exceptions.LDAPException:
                time.sleep(0.1)
        raise AssertionError("The directory does not start.")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    made = Directory(tmp_path_factory.mktemp("slapd"))
    yield made
    made.running.terminate()
    made.running.wait(10)


@pytest.fixture
def acme_ldap(directory, connect, monkeypatch):
    """`acme_ldap(tls="ldaps")` = Acme's connection with it, whose certificate this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(directory.certificate))

    def make(tls="ldaps", **more):
        port = directory.tls if tls == "ldaps" else directory.plain
        said = {"host": "localhost", "port": port, "tls": tls, "base": BASE, "filter": "(|(mail={user})(uid={user}))"}
        said |= {"client_id": ROOT[0], "secret": ROOT[1], "issuer": "", "name": "Acme people"}
        return connect("ldap", **said | more)

    return make


@pytest.fixture
def types(visitor):
    """`types(connection, "nia", PASSWORD)` = on the page of the directory; the answer and the browser."""

    def ask(connection, name, password=PASSWORD, browser=None, **more):
        browser, where = browser or visitor("acme"), f"/sign-in/with/{connection.pk}"
        assert 'name="password"' in browser.get(where).content.decode()
        return browser.post(f"{where}/password", {"name": name, "password": password} | more), browser

    return ask


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_whoever_the_directory_knows_comes_in_and_is_the_same_afterwards(
    acme_ldap, types, proven, who, inside, acme, olga, directory, tls
):
    connection = acme_ldap(tls)
    with inside(acme):
        mapping.map_groups(connection.pk, [("leads", "agent")], by=olga)
    answer, browser = types(connection, "nia@acme.example", next="/requests")
    assert (answer.status_code, answer.get("Location"), who(browser)) == (302, "/requests", "Nia New")
    directory.rename("nia", "other@acme.example")
    try:
        assert who(types(connection, "nia")[1]) == "Nia New"
    finally:
        directory.rename("nia", "nia@acme.example")
    with inside(acme):
        nia = User.objects.get(email="nia@acme.example")
        assert (nia.role, nia.has_usable_password(), Link.objects.count()) == ("agent", False, 1)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("nia", "a guess"),
        ("nia", ""),
        ("", PASSWORD),
        ("nobody", PASSWORD),
        ("*", PASSWORD),
        ("nia)(uid=*", PASSWORD),
        ("n*", PASSWORD),
        ("nia\x00", PASSWORD),
        ("nia", PASSWORD + "\x00"),
        ("x" * 5_000, PASSWORD),
        ("nia", "x" * 5_000),
    ],
)
def test_whatever_is_not_right_is_refused_in_the_same_words(acme_ldap, types, proven, who, name, password):
    answer, browser = types(acme_ldap(), name, password)
    assert (answer.status_code, "The name or the password is not right." in answer.content.decode()) == (422, True)
    assert who(browser) is None


@pytest.mark.parametrize(("name", "code"), [("nia", "not_linked"), ("olga", "owner")])
def test_its_word_counts_as_much_as_any_other(acme_ldap, types, proven, who, name, code, outside, acme):
    from tenants.models import Domain

    if code == "not_linked":
        with outside():
            Domain.objects.filter(tenant_id=acme.id).delete()
    answer, browser = types(acme_ldap(), name)
    assert (f"<code>{code}</code>" in answer.content.decode(), who(browser)) == (True, None)


def test_two_people_or_two_addresses_are_nobody(acme_ldap, types, proven, who, directory):
    directory.add("two", mail=["one@acme.example", "two@acme.example"])
    assert "not_linked" in types(acme_ldap(), "two")[0].content.decode()
    answer, browser = types(acme_ldap(filter="(|(uid={user})(sn=New))", name="Wide"), "nia")
    assert ("several" in answer.content.decode(), who(browser)) == (True, None)


@pytest.mark.parametrize("tls", ["ldaps", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_spoken_with(acme_ldap, types, proven, who, monkeypatch, tls):
    connection = acme_ldap(tls)
    monkeypatch.delenv("SSL_CERT_FILE")
    answer, browser = types(connection, "nia")
    assert ("does not answer" in answer.content.decode(), answer.status_code, who(browser)) == (True, 409, None)


def test_nor_is_one_of_another_name_nor_a_server_of_our_own_network(acme_ldap, types, proven, who, settings):
    answer, browser = types(acme_ldap(host="127.0.0.1"), "nia")
    assert ("does not answer" in answer.content.decode(), who(browser)) == (True, None)
    connection = acme_ldap(name="Inside")
    settings.FETCH_LOOPBACK = False
    answer, browser = types(connection, "nia")
    assert ("not on the open internet" in answer.content.decode(), who(browser)) == (True, None)


@pytest.mark.parametrize(
    ("part", "value"),
    [("tls", "none"), ("port", 22), ("host", "a b"), ("host", ""), ("filter", "(uid=ada)"), ("filter", "uid={user}")],
)
def test_what_cannot_be_is_refused_when_it_is_set(connect, inside, acme, olga, settings, part, value):
    settings.FETCH_LOOPBACK = False
    said = {
        "name": "L",
        "host": "ldap.acme.example",
        "port": 636,
        "tls": "ldaps",
        "base": BASE,
        "filter": "(uid={user})",
    }
    with inside(acme), pytest.raises(Invalid) as no:
        actions.add("ldap", Wish(**said | {part: value}), by=olga)
    assert list(no.value.fields) == [part]


def test_passwords_are_not_tried_without_end(acme_ldap, types, proven, who):
    connection = acme_ldap()
    statuses = [types(connection, "nia", "a guess")[0].status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert types(connection, "mia")[0].status_code == 302


def test_an_owner_tries_it_and_connects_their_own_account(acme_ldap, types, client_for, who, inside, acme):
    connection, olga = acme_ldap(), client_for("olga")
    at = f"/manager/settings/connections/{connection.pk}"
    assert "(bind DN)" in olga.get(at).content.decode()
    olga.post(f"{at}/do", {"do": "try"})
    assert types(connection, "olga", "a guess", olga)[0].status_code == 422
    assert "It works" in types(connection, "olga", PASSWORD, olga)[0].content.decode()
    with inside(acme):
        assert not Link.objects.exists()
    olga.post("/account/sign-in", {"connection": str(connection.pk)})
    assert types(connection, "olga", PASSWORD, olga)[0]["Location"] == "/account/sign-in"
    assert who(types(connection, "olga")[1]) == "Olga Acker"


def test_an_installation_without_the_part_says_so(acme_ldap, client_for, visitor, monkeypatch):
    connection = acme_ldap()
    monkeypatch.setitem(sys.modules, "ldap3", None)
    assert providers.lacks(connection) == ["LDAP, which this installation was made without"]
    page = client_for("olga").get(f"/manager/settings/connections/{connection.pk}").content.decode()
    assert "this installation was made without" in page
    assert visitor("acme").get(f"/sign-in/with/{connection.pk}").status_code == 409
