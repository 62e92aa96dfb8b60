"""A domain counts when its records say so, for one company, and for as long as they do."""

from datetime import timedelta

import pytest

from portico import asks, clock, mailing
from portico.errors import Forbidden, Invalid, Missing, Refused
from tenants.domains import actions
from tenants.models import Domain, Due

HELP = "help.acme.example"


def test_a_domain_is_proven_by_its_records_and_counts(inside, acme, owned, outside):
    from shared_apps.audit.models import PlatformAuditLog
    from tenant_apps.journal.models import Event

    row = owned()
    assert (row.state, row.misses, row.is_primary) == ("active", 0, False)
    with inside(acme):
        assert asks.proven_domains() == {HELP}
        assert list(Event.objects.values_list("verb", flat=True).order_by("at")) == ["domain.add", "domain.prove"]
        due = Due.objects.get(job="check_domain")
    assert timedelta(hours=23) < due.due_at - clock.now() < timedelta(hours=25)
    with outside():
        assert PlatformAuditLog.objects.filter(verb="domain.prove", company_id=acme.id).count() == 1


@pytest.mark.parametrize("missing", ["TXT", "CNAME", "both", "token of another", "silence"])
def test_half_of_the_records_is_nothing(inside, acme, ada, right, look, zone, missing):
    with inside(acme):
        actions.add(HELP, "portal", by=ada)
    right(acme, HELP)
    if missing in {"TXT", "both"}:
        zone.drop(f"_portico.{HELP}", "TXT")
    if missing in {"CNAME", "both"}:
        zone.set(HELP, "CNAME", "somewhere.else.example")
    if missing == "token of another":
        zone.set(f"_portico.{HELP}", "TXT", "0" * 32)
    if missing == "silence":
        zone.broken.add(f"_portico.{HELP}")

    row = look(acme, HELP)
    assert (row.state, row.misses) == ("waiting", 1)
    with inside(acme):
        assert asks.proven_domains() == set()
        assert Due.objects.get(job="check_domain").due_at - clock.now() < timedelta(seconds=15)


def test_a_domain_without_subdomain_has_our_addresses(inside, acme, ada, right, look, zone):
    with inside(acme):
        actions.add("acme.example", "portal", by=ada)
    right(acme, "acme.example")
    zone.drop("acme.example", "CNAME")
    zone.set("acme.example", "A", "192.0.2.7")
    assert look(acme, "acme.example").state == "active"
    zone.set("acme.example", "A", "192.0.2.7", "198.51.100.1")
    assert look(acme, "acme.example").misses == 1


def test_for_mail_the_proof_alone_is_enough(inside, acme, owned, zone):
    assert owned("acme.example", "mail").state == "active"
    assert ("acme.example", "CNAME") not in zone.asked
    with inside(acme):
        assert asks.proven_domains() == {"acme.example"}


def test_two_companies_say_so_and_one_has_it(inside, acme, borealis, bo, owned, right, look, zone):
    with inside(borealis):
        actions.add(HELP, "portal", by=bo)
    owned()
    right(borealis, HELP)
    row = look(borealis, HELP)
    assert (row.state, row.seen["is_taken"]) == ("waiting", True)
    with inside(borealis):
        assert asks.proven_domains() == set()


def test_when_the_dns_breaks_the_domain_is_forgiven_and_then_taken_back(inside, acme, owned, look, zone):
    owned(leads=True)
    zone.drop(f"_portico.{HELP}", "TXT")
    assert look(acme, HELP).state == "active"  # one slip
    row = look(acme, HELP)
    assert row.state == "broken"
    with inside(acme):
        assert mailing.address("/") == "http://acme.localhost:8000/"  # links are safe at once
        assert asks.proven_domains() == {HELP}
    with clock.at(clock.now() + actions.GRACE):
        row = look(acme, HELP)
    assert (row.state, row.is_primary) == ("waiting", False)
    with inside(acme):
        assert asks.proven_domains() == set()


def test_managers_hear_of_it_once(inside, acme, owned, look, zone, mails):
    from portico.tasks import react
    from tenant_apps.journal.models import Event

    owned(leads=True)
    zone.drop(f"_portico.{HELP}", "TXT")
    look(acme, HELP)
    look(acme, HELP)
    with inside(acme):
        event = str(Event.objects.get(verb="domain.break").pk)
    for _ in range(2):
        react(acme.id, acme.generation, event)
    sent = mails()
    assert sorted(one["To"] for one in sent) == ["Ada Lind <ada@acme.example>", "Olga Acker <olga@acme.example>"]
    assert "http://acme.localhost:8000/manager/settings/domains" in sent[0].get_body(("plain",)).get_content()


def test_what_is_mended_in_time_counts_as_before(inside, acme, owned, look, right, zone):
    owned(leads=True)
    zone.set(HELP, "CNAME", "elsewhere.example")
    look(acme, HELP)
    assert look(acme, HELP).state == "broken"
    right(acme, HELP)
    assert look(acme, HELP).state == "active"
    with inside(acme):
        assert mailing.address("/") == f"http://{HELP}:8000/"


def test_a_silent_dns_is_forgiven_for_a_day(inside, acme, owned, look, zone):
    owned()
    zone.broken.add(f"_portico.{HELP}")
    with inside(acme):
        Domain.objects.filter(domain=HELP).update(misses=100)
    assert look(acme, HELP).state == "active"
    with inside(acme):
        Domain.objects.filter(domain=HELP).update(misses=144)
    assert look(acme, HELP).state == "broken"


def test_a_domain_that_nobody_sets_up_is_looked_for_less_and_less_and_then_not_at_all(inside, acme, ada, look, zone):
    with inside(acme):
        actions.add(HELP, "portal", by=ada)
        Domain.objects.filter(domain=HELP).update(misses=50)
    look(acme, HELP)
    with inside(acme):
        assert Due.objects.get(job="check_domain").due_at - clock.now() > timedelta(minutes=59)
        Due.objects.filter(job="check_domain").delete()
    with clock.at(clock.now() + actions.WAITS_FOR):
        look(acme, HELP)
    with inside(acme):
        assert not Due.objects.filter(job="check_domain").exists()
        actions.check_now(HELP, by=ada)
        assert Due.objects.filter(job="check_domain").exists()


def test_what_is_removed_is_gone_and_links_lead_home(inside, acme, ada, owned):
    owned(leads=True)
    with inside(acme):
        actions.remove(HELP, by=ada)
    with inside(acme):
        assert (mailing.address("/"), asks.proven_domains()) == ("http://acme.localhost:8000/", set())
        assert not Due.objects.filter(job="check_domain").exists()


def test_who_may_not_and_what_cannot_be(inside, acme, borealis, ada, ben, bo, owned):
    with inside(acme), pytest.raises(Forbidden):
        actions.add(HELP, "portal", by=ben)
    owned()
    for domain, use, said in (
        (HELP, "portal", "domain"),
        ("acme.localhost", "mail", "domain"),
        ("a.example", "x", "use"),
    ):
        with inside(acme), pytest.raises(Invalid) as no:
            actions.add(domain, use, by=ada)
        assert said in no.value.fields
    with inside(borealis):
        for act in (actions.remove, actions.check_now, actions.lead_to):
            with pytest.raises(Missing):
                act(HELP, by=bo)
    owned("mail.example", "mail")
    with inside(acme), pytest.raises(Refused, match="not ready"):
        actions.lead_to("mail.example", by=ada)


def test_a_company_has_so_many_domains_and_no_more(inside, acme, ada):
    with inside(acme):
        for number in range(actions.MOST):
            actions.add(f"d{number}.example", "mail", by=ada)
        with pytest.raises(Refused, match="at most 20"):
            actions.add("one-more.example", "mail", by=ada)


def test_the_wall_keeps_a_companys_domains_its_own(inside, acme, borealis, owned):
    owned()
    with inside(borealis):
        assert list(Domain.objects.all()) == []
        assert Domain.objects.filter(domain=HELP).update(state="waiting") == 0


def test_who_counts_first_has_it_also_when_both_are_looked_at_at_once(inside, acme, borealis, ada, bo, right):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    for company, by in ((acme, ada), (borealis, bo)):
        with inside(company):
            actions.add(HELP, "mail", by=by)

    def settle(company):
        with inside(company):
            actions.settle(HELP, actions.Found(is_proven=True))
        connection.close()

    with ThreadPoolExecutor(2) as several:
        list(several.map(settle, (acme, borealis)))
    states = []
    for company in (acme, borealis):
        with inside(company):
            states.append(Domain.objects.get().state)
    assert sorted(states) == ["active", "waiting"]


def test_what_is_sent_twice_at_once_is_in_the_list_once_and_one_of_two_leads(inside, acme, ada, owned):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    owned("a.acme.example")
    owned("b.acme.example")

    def act(what, *words):
        try:
            with inside(acme):
                what(*words, by=ada)
        except Invalid as no:
            return no.fields["domain"][0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as several:
        led = list(several.map(lambda one: act(actions.lead_to, one), ("a.acme.example", "b.acme.example")))
        added = list(several.map(lambda _: act(actions.add, "c.acme.example", "mail"), range(2)))
    assert (led, sorted(added)) == (["", ""], ["", "This domain is in the list already."])
    with inside(acme):
        assert Domain.objects.filter(is_primary=True).count() == 1
