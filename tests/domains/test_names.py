"""What a domain may be."""

import pytest

from tenants.domains import names

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Help.Acme.EXAMPLE. ", "help.acme.example"),
        ("https://help.acme.example/start?x=1", "help.acme.example"),
        ("ada@acme.example", "acme.example"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("ｈelp.acme.example", "help.acme.example"),
        ("faß.example", "xn--fa-hia.example"),
    ],
)
def test_what_is_typed_or_copied_becomes_a_domain(typed, kept):
    assert names.tidy(typed) == kept
    assert names.problem(kept) == ""


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("", "Which domain"),
        ("acme", "no such domain"),
        ("help.acme.local", "no such domain"),
        ("192.0.2.7", "no domain"),
        ("::1", "no domain"),
        ("_portico.acme.example", "no domain"),
        ("-a.example", "no domain"),
        ("a..example", "no domain"),
        ("a" * 64 + ".example", "no domain"),
        (".".join(["a" * 60] * 5), "no domain"),
        ("a b.example", "no domain"),
        ("a\0.example", "no domain"),
        ("xn--a.example", "not written"),
        ("xn--abc-.example", "no domain"),
        ("localhost", "platform’s own"),
        ("acme.localhost", "platform’s own"),
        ("co.uk", "Anybody"),
        ("github.io", "Anybody"),
        ("anything.ck", "Anybody"),
        ("kawasaki.jp", "Anybody"),
    ],
)
def test_what_cannot_be_a_companys_domain_is_refused_in_words(domain, words):
    assert words in names.problem(domain)


@pytest.mark.parametrize("domain", ["acme.co.uk", "www.ck", "city.kawasaki.jp", "acme.github.io", "example.com"])
def test_what_stands_below_a_public_suffix_may_be(domain):
    assert names.problem(domain) == ""
