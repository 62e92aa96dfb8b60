"""What an address may be called."""

import pytest

from portico import naming
from shared_apps.signup import names

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("slug", ["acme", "a-1", "acme-labels", "4you", "a" * 40])
def test_plain_addresses_stand(slug):
    assert names.problem(slug) == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Choose"),
        ("ab", "too short"),
        ("a" * 41, "too long"),
        ("a" * 1_000_000, "too long"),
        ("-acme", "Use letters"),
        ("acme-", "Use letters"),
        ("ac me", "Use letters"),
        ("ac\0me", "Use letters"),
        ("acme.evil", "Use letters"),
        ("a_b_c", "Use letters"),
        ("123", "at least one letter"),
        ("xn--mller-kva", "xn--"),
        ("ab--cd", "xn--"),
        ("müller", "for example mueller"),
        ("акме", "letters from a to z"),
        ("acme\u202e", "letters from a to z"),
        ("console", "kept for the platform"),
        ("help", "kept for the platform"),
        ("ns1", "kept for the platform"),
    ],
)
def test_what_stands_against_an_address_is_said_in_words(typed, words):
    assert words in names.problem(names.tidy(typed))


def test_case_blanks_and_wide_letters_do_not_count():
    assert names.tidy("  AcMe ") == "acme"
    assert names.tidy("ａｃｍｅ") == "acme"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme Labels", "acme-labels"),
        ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
        ("Smørrebrød", "smorrebrod"),
        ("L'Étoile", "letoile"),
        ("Łódź", "lodz"),
        ("Support", "support-desk"),
        ("日本", ""),
        ("🦊", ""),
        ("x" * 90, "x" * 40),
    ],
)
def test_an_address_is_suggested_from_the_name(name, slug):
    assert names.suggest(name) == slug


def test_suggestions_and_alternatives_always_stand():
    for name in ("Ab", "www", "A-B-C", "x" * 80, "ns1 ", "9" * 50):
        slug = names.suggest(name)
        assert not slug or names.problem(slug) == ""
    assert all(names.problem(one) == "" for one in names.alternatives("a" * 40))


@pytest.mark.parametrize("name", ["Acme", "שלום בע״מ", "株式会社", "Fox 🦊", "D'Arcy-Ó 2"])
def test_names_in_any_script_are_welcome(name):
    assert naming.problem_with_words(name) == ""


@pytest.mark.parametrize("name", ["A\0B", "emca\u202e", "A\u2066B", "🦊🦊", "---"])
def test_names_that_deceive_are_not(name):
    assert naming.problem_with_words(name)


@pytest.mark.parametrize(
    "name", ["Portico", " ＰＯＲＴＩＣＯ ", "portico-Support", "The Portico Help Desk", "Pórtico Inc."]
)
def test_no_company_is_called_like_the_platform(name):
    assert "what the platform itself is called" in naming.problem_with_company(name)


@pytest.mark.parametrize("name", ["Portico Estates", "Acme", "Porticos", "Support Team"])
def test_a_name_that_holds_ours_is_a_companys_own(name):
    assert naming.problem_with_company(name) == ""
