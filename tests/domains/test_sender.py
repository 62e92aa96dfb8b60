"""What the sender assistant makes of the records it sees."""

import pytest

from tenants.domains import sender

pytestmark = pytest.mark.no_database
OURS = "include:mail.localhost"


@pytest.mark.parametrize(
    ("seen", "value", "tone"),
    [
        ([], f"v=spf1 {OURS} ~all", "amber"),
        ([f"v=spf1 {OURS} -all"], f"v=spf1 {OURS} -all", "green"),
        (["v=spf1 mx -all"], f"v=spf1 mx {OURS} -all", "red"),
        (["v=spf1 mx ~all"], f"v=spf1 mx {OURS} ~all", "amber"),
        (["v=spf1 redirect=_spf.x.example"], f"v=spf1 redirect=_spf.x.example {OURS} ~all", "amber"),
        (["v=spf1 mx -all", "v=spf1 a -all"], f"v=spf1 mx {OURS} -all", "red"),
        ([f"v=spf1 {OURS}.evil.example -all"], f"v=spf1 {OURS}.evil.example {OURS} -all", "red"),
    ],
)
def test_spf(seen, value, tone):
    told = sender.advice("acme.example", {"spf": seen, "dmarc": [], "dkim": []})[0]
    assert (told.value, told.tone) == (value, tone)


@pytest.mark.parametrize(
    ("seen", "words", "tone"),
    [
        ([], "Begin with this record", "amber"),
        (["v=DMARC1; p=none"], "only watch", "green"),
        (["v=DMARC1; p = quarantine; rua=mailto:a@b.example"], "spam folder", "green"),
        (["v=DMARC1; sp=reject"], "no policy", "amber"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "more than one", "red"),
    ],
)
def test_dmarc(seen, words, tone):
    told = sender.advice("acme.example", {"spf": [], "dmarc": seen, "dkim": []})[-1]
    assert (words in told.words, told.tone) == (True, tone)


@pytest.mark.parametrize(
    ("seen", "tone"),
    [([], "amber"), (["v=DKIM1; k=rsa; p=MIIB AAA"], "green"), (["v=DKIM1; k=rsa; p=other"], "red")],
)
def test_dkim_where_the_companys_mails_are_signed(seen, tone):
    signs = ("portico._domainkey.acme.example", "v=DKIM1; k=rsa; p=MIIBAAA")
    told = sender.advice("acme.example", {"spf": [], "dmarc": [], "dkim": seen}, signs)
    assert [(one.kind, one.tone) for one in told][1] == ("DKIM", tone)
