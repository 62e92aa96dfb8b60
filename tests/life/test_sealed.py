"""What only the installation can read leaves sealed, and comes back into that installation alone."""

import hashlib
import json
import zipfile
from dataclasses import replace

import pytest

from portico.actor import SYSTEM
from shared_apps.accounts import factors
from shared_apps.accounts.models import User
from shared_apps.mail import senders
from shared_apps.mail.models import Sender
from tenant_apps.mailroom import tokens
from tenant_apps.mailroom.models import Channel
from tenant_apps.sso.models import Connection
from tenants.life import actions, archive, erase, manifest, move
from tenants.life.restore import restore
from tests.accounts.conftest import code_now

SECRET, WORD = "JBSWY3DPEHPK3PXP", "open sesame"
SEALED = {"mail.Sender", "mailroom.Channel", "mfa.Authenticator", "sso.Connection"}


@pytest.fixture
def codes(cobble, inside):
    """The owner's recovery codes; Cobble has one of everything that is sealed."""
    with inside(cobble.company().ref):
        connection = Connection(kind="oidc", name="Acme ID", client_id="cobble")
        connection.keep_secret(WORD)
        connection.save()
        Connection.objects.create(kind="oidc", name="Without", client_id="cobble")
        channel = Channel(name="Mail", address="help@cobble.example", way="webhook", code="c")
        tokens.seal(channel, {"key": WORD})
        channel.save()
        sender = Sender(address="help@cobble.example")
        senders.seal(sender, {"key": WORD})
        sender.save()
        user = User.objects.get()
        return factors.add_app(user, SECRET, code_now(SECRET), by=cobble.owner)


@pytest.fixture
def told():
    """What a restore says while it works (`tell=told.append`)."""
    return []


def _unread(told):
    return [line for line in told if "set up again" in line]


@pytest.mark.parametrize("replace", [False, True])
def test_in_the_same_installation_second_steps_and_secrets_stay(
    cobble, codes, exported, inside, outside, told, replace
):
    before = exported("before.zip")
    if replace:
        with outside():
            actions.suspend(cobble.company(), by=SYSTEM)
    else:
        erase.erase(cobble.company(), by=SYSTEM, typed="cobble")

    company = restore(before, by=SYSTEM, replace=replace, typed="cobble" if replace else "", tell=told.append)

    assert _unread(told) == []
    assert exported("after.zip").read_bytes() == before.read_bytes()
    with inside(company):
        user = User.objects.get()
        assert user.security == {"factors": 1}
        assert factors.check_code(user, code_now(SECRET, 1)) == "app"
        assert factors.check_code(user, codes[0]) == "recovery"
        assert Connection.objects.get(name="Acme ID").client_secret == WORD
        assert tokens.secrets_of(Channel.objects.get()) == {"key": WORD}
        assert senders.secrets_of(Sender.objects.get()) == {"key": WORD}
        factors.remove(user, factors.rows(user).get(type="totp").pk, is_needed=False, by=cobble.owner)
        factors.add_app(user, SECRET, code_now(SECRET), by=cobble.owner)  # their numbers go on


def test_in_another_installation_none_of_it_is_there_and_the_restore_says_so(
    cobble, codes, exported, inside, told, settings, tmp_path
):
    before = exported()
    erase.erase(cobble.company(), by=SYSTEM, typed="cobble")
    settings.SECRET_KEY = "another installation's"

    company = restore(before, by=SYSTEM, tell=told.append)

    assert len(_unread(told)) == 4
    assert any("second steps of people" in line for line in told)
    with inside(company):
        user = User.objects.get()
        assert (user.security, list(factors.rows(user))) == ({}, [])
        assert user.check_password("long enough words")
        for row in (Connection.objects.get(name="Acme ID").secret, Channel.objects.get().sealed):
            assert row == ""
        assert Sender.objects.get().sealed == ""
    there = exported("there.zip")
    assert there.read_bytes() != before.read_bytes()
    assert move._is_same(before, there)  # but for what is sealed


def test_what_is_not_there_is_not_missed(cobble, exported, told, settings):
    path = exported()
    settings.SECRET_KEY = "another installation's"
    restore(path, by=SYSTEM, slug="cobble-copy", tell=told.append)
    assert _unread(told) == []


def test_nothing_sealed_is_readable_in_an_archive(codes, exported):
    with zipfile.ZipFile(exported()) as opened:
        everything = b"".join(opened.read(name) for name in opened.namelist())
        rows = [opened.read(f"sealed/{label}.jsonl").splitlines() for label in sorted(SEALED)]
    for word in (WORD, SECRET, *codes):
        assert word.encode() not in everything
    assert list(map(len, rows)) == [1, 1, 2, 1]
    with archive.opened(exported("two.zip")) as one:
        assert (one.is_ours, set(one.manifest.sealed)) == (True, SEALED)


def _changed(path, change):
    """The archive with its entries and manifest changed, and hashes made to fit."""
    with zipfile.ZipFile(path) as true:
        entries = {name: true.read(name) for name in true.namelist() if name != manifest.NAME}
        told = json.loads(true.read(manifest.NAME))
    change(entries, told)
    told["entries"] = {
        name: {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()} for name, text in entries.items()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in entries.items():
            out.writestr(name, text)
        out.writestr(manifest.NAME, json.dumps(told))
    return path


def _leads_elsewhere(entries, told):
    name = "rows/sso.Connection.jsonl"
    entries[name] = entries[name].replace(b'"options":{}', b'"options":{"issuer": "https://eve.example"}')


def _of_earlier(entries, told):
    for name in [one for one in entries if one.startswith("sealed/")]:
        del entries[name]
    del told["sealed"], told["proof"]


@pytest.mark.parametrize("change", [_leads_elsewhere, _of_earlier])
def test_an_archive_that_somebody_changed_or_that_is_older_opens_no_secret(
    codes, exported, inside, told, change, cobble
):
    path = _changed(exported(), change)
    company = restore(path, by=SYSTEM, slug="cobble-copy", tell=told.append)
    assert len(_unread(told)) == 4
    with inside(company):
        assert set(Connection.objects.values_list("secret", flat=True)) == {""}
        assert list(factors.rows(User.objects.get())) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda entries, told: entries.update({"sealed/tickets.Ticket.jsonl": b""}),
        lambda entries, told: entries.pop("sealed/mail.Sender.jsonl"),
    ],
)
def test_what_is_sealed_is_what_the_manifest_says(exported, change):
    with pytest.raises(manifest.Damaged, match="what is sealed"), archive.opened(_changed(exported(), change)):
        pass


def test_sealed_rows_that_fit_no_row_are_refused(codes, exported, monkeypatch):
    """Also with this installation's own proof: what is there afterwards is compared."""
    path = exported()

    def change(entries, told):
        entries["sealed/mail.Sender.jsonl"] = entries["sealed/mail.Sender.jsonl"].replace(b'"id":"0', b'"id":"1')

    _changed(path, change)
    monkeypatch.setattr(manifest.Manifest, "is_ours", True)
    with pytest.raises(manifest.Damaged, match="does not fit"):
        restore(path, by=SYSTEM, slug="cobble-copy")


def test_the_proof_is_of_one_manifest_and_one_key(exported, settings):
    with archive.opened(exported()) as one:
        told = one.manifest
    assert told.is_ours
    assert not replace(told, proof="").is_ours
    assert not replace(told, fingerprint="f" * 64).is_ours
    settings.SECRET_KEY = "another"
    assert not told.is_ours
