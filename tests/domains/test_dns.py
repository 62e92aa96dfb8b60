"""What the DNS says, asked of a real server."""

import time

import pytest

from portico import dns

pytestmark = pytest.mark.no_database


def test_records_are_read_as_text(zone):
    zone.set("_portico.acme.example", "TXT", "one", "two words")
    zone.set("help.acme.example", "CNAME", "Acme.localhost")
    zone.set("acme.example", "MX", "20 late.acme.example.", "10 first.acme.example.")

    assert sorted(dns.texts("_portico.acme.example")) == ["one", "two words"]
    zone.set("odd.acme.example", "TXT", "a\\000b\\255")
    assert dns.texts("odd.acme.example") == ["a\ufffdb\ufffd"]
    assert dns.alias("help.acme.example") == "acme.localhost"
    assert dns.addresses("acme.localhost") == {"192.0.2.7"}
    assert dns.mail_servers("acme.example") == ["first.acme.example", "late.acme.example"]


def test_a_name_without_records_has_none(zone):
    assert (dns.texts("nobody.example"), dns.alias("acme.localhost"), dns.addresses("nobody.example")) == (
        [],
        "",
        set(),
    )


@pytest.mark.parametrize("name", ["broken.example", "silent.example", "a..example", "x" * 64 + ".example"])
def test_who_gets_no_answer_is_told_so_in_time(zone, name):
    zone.broken.add("broken.example")
    zone.silent.add("silent.example")
    started = time.monotonic()

    with pytest.raises(dns.Silent):
        dns.texts(name)
    assert time.monotonic() - started < dns.SECONDS + 2
