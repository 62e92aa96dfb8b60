"""`/admin/companies`: who knows which company, how it does, and what the page says and leaves out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shared_apps.console.models import TicketIndex

ALL = ["omar", "ann", "sam", "eli", "max"]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def ask(acme, borealis, ada, bo, inside):
    """`ask("website")` = a request of Ada's to Portico; further words are those of `open_ticket`."""

    def make(subject, company=acme, **more):
        from tenant_apps.tickets import actions

        with inside(company):
            return actions.open_ticket(
                subject=subject, **{"description": "It hangs."} | more, by=ada if company == acme else bo
            )

    return make


@pytest.mark.parametrize("name", ALL)
def test_who_leads_keeps_or_looks_after_accounts_knows_every_company(client_for, name):
    page = client_for(name).get("/admin/companies")

    assert page.status_code == 200
    for words in ("Acme", "Borealis", "Active", "This release"):
        assert words in text_of(page)
    assert client_for(name).get("/admin/companies/borealis").status_code == 200


def test_a_support_agent_knows_whose_requests_she_sees(client_for, ask, borealis):
    ask("website")
    ask("billing", borealis)
    lin = client_for("lin")

    page = text_of(lin.get("/admin/companies"))
    assert "Acme" in page
    assert "Borealis" not in page
    assert lin.get("/admin/companies/acme").status_code == 200
    assert lin.get("/admin/companies/borealis").status_code == 404
    assert "No company yet" in text_of(client_for("una").get("/admin/companies"))


def test_who_is_named_for_a_company_knows_it_and_sees_no_more_requests(client_for, ask, una):
    ask("website", sub_subject="Quicksilver")
    saved = client_for("max").post("/admin/companies/acme/care", {"agents": [str(una.id)], "seen": "0"}, follow=True)
    assert "Una Weiss" in text_of(saved)

    page = client_for("una").get("/admin/companies/acme")
    assert "Nothing that you see is open" in text_of(page)
    assert "Quicksilver" not in text_of(page)


def test_open_requests_are_those_that_the_reader_sees(client_for, ask):
    ask("website", sub_subject="The form")
    ask("billing", sub_subject="Quicksilver")

    lin, sam = (client_for(name).get("/admin/companies/acme") for name in ("lin", "sam"))
    assert "The form" in text_of(lin)
    assert "Quicksilver" not in text_of(lin)
    assert "Quicksilver" in text_of(sam)


def test_health_stands_on_one_page(client_for, ask, database, acme):
    database.connection.execute(
        "INSERT INTO public.usage_hour (id, company_id, schema, hour, version, system, launches, syncs, failed_syncs,"
        " error_pages, crashes, features, people, sync_ms) VALUES"
        " (gen_random_uuid(), %s, %s, now(), '4.2.1', 'Windows', 50, 9, 1, 3, 1, 0, 2, 900)",
        [acme.id, acme.schema],
    )
    page = text_of(client_for("max").get("/admin/companies/acme"))

    for words in ("Work due now", "4 8 for 100 starts", "4.2.1", "0 bytes", "1 owner, 1 manager", "This one", "never"):
        assert words in page
    for name in ("Cleo", "Ben Ode", "Mia"):
        assert name not in page


def test_a_support_agent_gets_no_figures(client_for, ask):
    ask("website")
    page = text_of(client_for("lin").get("/admin/companies/acme"))

    for words in ("Work due now", "Storage", "Schema", "What was decided", "manage.py"):
        assert words not in page
    assert "Suspend: platform owner or platform admin." in page


def test_a_company_behind_is_not_entered(client_for, database):
    database.connection.execute("UPDATE public.tenants_company SET fingerprint = 'older' WHERE slug = 'acme'")
    database.connection.execute(
        "INSERT INTO public.tenants_migrationledger (company_id, schema, app, name, step, state, words, at)"
        " SELECT id, schema_name, 'journal', '0009_more', 0, 'failed', 'Somebody <works> there.', now()"
        " FROM public.tenants_company WHERE slug = 'acme'"
    )
    page = client_for("eli").get("/admin/companies/acme")

    assert "its tables are not those of this release" in text_of(page)
    assert "Somebody &lt;works&gt; there." in page.content.decode()
    assert "Behind" in text_of(client_for("eli").get("/admin/companies"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=CM", ["Acme"]),
        ("?q=oreal", ["Borealis"]),
        ("?state=suspended", ["Borealis"]),
        ("?state=active", ["Acme"]),
        ("?state=archived", []),
        ("?state=erased", []),
        ("?q=acme&state=suspended", []),
        ("?state=asleep", ["Acme", "Borealis"]),
    ],
)
def test_the_list_is_searched_and_narrowed(client_for, database, query, found):
    database.connection.execute("UPDATE public.tenants_company SET state = 'suspended' WHERE slug = 'borealis'")
    page = text_of(client_for("omar").get(f"/admin/companies{query}"))

    assert [name for name in ("Acme", "Borealis") if name in page] == found


@pytest.fixture
def firms(database):
    """Acme: enterprise and behind; Borealis: suspended, of this release, with what nobody agreed."""
    database.connection.execute("UPDATE public.tenants_company SET fingerprint = 'older' WHERE slug = 'acme'")
    database.connection.execute("UPDATE public.tenants_company SET state = 'suspended' WHERE slug = 'borealis'")
    database.connection.execute(
        "INSERT INTO public.care_care (company_id, tier, agents, version)"
        " SELECT id, 'enterprise', '{}', 1 FROM public.tenants_company WHERE slug = 'acme'"
    )


def names_in(page):
    return [one for one in re.findall(r"<b>(\w+)</b>", page.content.decode()) if one in {"Acme", "Borealis"}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?tier=enterprise", ["Acme"]),
        ("?tier=standard", ["Borealis"]),
        ("?tier=free", []),
        ("?tier=gold", ["Borealis", "Acme"]),
        ("?behind=1", ["Acme"]),
        ("?urgent=1", ["Borealis"]),
        ("?urgent=1&behind=1", []),
        ("?order=name", ["Acme", "Borealis"]),
        ("?order=tier", ["Acme", "Borealis"]),
        ("?order=behind", ["Acme", "Borealis"]),
        ("?order=urgent", ["Borealis", "Acme"]),
        ("?order=state", ["Borealis", "Acme"]),
        ("?order=old", ["Acme", "Borealis"]),
        ("?order=new", ["Borealis", "Acme"]),
        ("?order=size", ["Borealis", "Acme"]),
    ],
)
def test_the_list_is_narrowed_and_ordered(client_for, firms, ask, borealis, outside, query, found):
    ask("website", borealis)
    with outside():
        TicketIndex.objects.update(priority="P1")

    assert names_in(client_for("omar").get(f"/admin/companies{query}")) == found


def test_what_is_urgent_is_what_the_reader_sees(client_for, ask, outside):
    ask("website")
    ask("billing")
    with outside():
        TicketIndex.objects.filter(subject="billing").update(priority="P1")
    lin, omar = client_for("lin"), client_for("omar")

    assert "1 P1" in text_of(omar.get("/admin/companies"))
    assert "1 P1" not in text_of(lin.get("/admin/companies"))
    assert names_in(lin.get("/admin/companies?urgent=1")) == []


def test_who_gets_no_figures_does_not_learn_who_is_behind(client_for, ask, firms):
    ask("website")
    lin = client_for("lin")

    assert "Behind" not in text_of(lin.get("/admin/companies"))
    assert names_in(lin.get("/admin/companies?behind=1")) == ["Acme"]


@pytest.mark.parametrize("cursor", ["0", "-1", "x", "99999999", "1.5", "٣"])
def test_a_page_that_there_is_not_leads_to_the_list(client_for, cursor):
    page = client_for("omar").get(f"/admin/companies?order=name&cursor={cursor}")

    assert page["Location"] == "/admin/companies"


def test_what_is_to_be_erased_is_not_among_the_archived(client_for, database):
    database.connection.execute("UPDATE public.tenants_company SET state = 'archived' WHERE slug <> 'help'")
    database.connection.execute(
        "UPDATE public.tenants_company SET erase_after = %s WHERE slug = 'acme'", [timezone.now() + timedelta(days=9)]
    )
    omar = client_for("omar")
    archived, erased = (text_of(omar.get(f"/admin/companies?state={state}")) for state in ("archived", "erased"))

    assert ("Acme" in archived, "Borealis" in archived) == (False, True)
    assert ("Acme" in erased, "Borealis" in erased) == (True, False)


@pytest.mark.parametrize(("order", "first"), [("", 60), ("&order=old", 1), ("&order=state", 60)])
def test_more_than_a_page_is_paged(client_for, database, order, first):
    database.connection.execute(
        "INSERT INTO public.tenants_company (schema_name, name, slug, state, generation, tint, fingerprint, created_at)"
        " SELECT 't_' || md5(n::text), 'Firm ' || n, 'firm-' || n, 'active', 1, 0, 'x', now() + n * interval '1 minute'"
        " FROM generate_series(1, 60) n"
    )
    seen, address, omar = [], f"/admin/companies?q=firm{order}", client_for("omar")
    while address:
        page = omar.get(address).content.decode()
        seen += re.findall(r"<b>Firm (\d+)</b>", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"/admin/companies{following[1].replace('&amp;', '&')}" if following else ""

    numbers = range(60, 0, -1) if first == 60 else range(1, 61)
    assert seen == [str(number) for number in numbers]


def test_names_lead_from_queue_and_ticket_to_the_company(client_for, ask, outside):
    ask("website")
    with outside():
        number = TicketIndex.objects.get().pk
    for path in ("/admin/tickets", f"/admin/tickets/{number}"):
        assert 'href="/admin/companies/acme"' in client_for("lin").get(path).content.decode()


def test_a_ticket_says_who_looks_after_its_company(client_for, ask, outside, lin):
    ask("website")
    with outside():
        number = TicketIndex.objects.get().pk
    client_for("sam").post("/admin/companies/acme/care", {"tier": "enterprise", "agents": [str(lin.id)], "seen": "0"})

    page = text_of(client_for("sam").get(f"/admin/tickets/{number}"))
    assert "SLA tier Enterprise Looked after by" in page
    assert "Lin Haas" in text_of(client_for("sam").get("/admin/companies"))
