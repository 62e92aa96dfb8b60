"""Whose pages keep quiet about Portico: the platform says, and nobody else."""

import pytest

from portico.errors import Forbidden, Refused
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.care.actions import agree
from tenant_apps.journal.icons import icon
from tenant_apps.journal.words import words
from tenants.models import Company
from tests.portal.conftest import page_of


def test_white_label_is_the_platforms_and_audited(visitor, outside, acme, omar, client_for):
    assert "Help desk by Portico" in page_of(visitor("acme"), "/")
    sent = {"tier": "standard", "white_label": "on", "seen": "0"}
    assert client_for("omar").post("/admin/companies/acme/care", sent).status_code == 302
    for path in ("/", "/login"):
        assert "Portico" not in page_of(visitor("acme"), path).replace("portico/", "")
    assert "Help desk by Portico" in page_of(visitor("borealis"), "/")
    with outside():
        row = PlatformAuditLog.objects.get(verb="company.white_label.update")
        assert row.facts == {"is_on": True}
        agree(Company.objects.get(pk=acme.id), white_label=False, by=omar)
    assert "Help desk by Portico" in page_of(visitor("acme"), "/")


@pytest.mark.parametrize("name", ["lin", "eli", "max"])
def test_who_does_not_lead_leaves_white_label_as_it_is(client_for, outside, acme, name):
    client_for(name).post("/admin/companies/acme/care", {"tier": "standard", "white_label": "on", "agents": []})
    with outside():
        assert not Company.objects.get(pk=acme.id).white_label


@pytest.mark.parametrize("name", ["lin", "max", "olga", "ada", "cleo"])
def test_nobody_else_decides_by_another_way(actor_for, outside, acme, name):
    person = actor_for(name)
    with pytest.raises(Forbidden), outside():
        agree(Company.objects.get(pk=acme.id), white_label=True, by=person)


def test_the_second_of_two_who_agree_is_told(outside, acme, omar):
    with outside():
        agree(Company.objects.get(pk=acme.id), white_label=True, seen=0, by=omar)
    with pytest.raises(Refused), outside():
        agree(Company.objects.get(pk=acme.id), white_label=False, seen=0, by=omar)


def test_it_is_told_in_words_on_the_companys_page(outside, acme, omar, client_for):
    assert "White label" in page_of(client_for("omar"), "/admin/companies/acme")
    with outside():
        agree(Company.objects.get(pk=acme.id), white_label=True, by=omar)
        row = PlatformAuditLog.objects.get(verb="company.white_label.update")
        assert words(row) == "Omar Said took Portico’s name off the company’s pages"
        assert icon(row) == "door"
