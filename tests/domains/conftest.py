import pytest

from tests.support import names


@pytest.fixture
def zone(settings):
    """What the DNS says, as a real server on loopback says it."""
    with names.served() as (zone, address):
        settings.DNS_SERVER = address
        zone.set("acme.localhost", "A", "192.0.2.7")
        yield zone


@pytest.fixture
def right(zone, inside):
    """`right(acme, "help.acme.example")` = the records are as they have to be."""

    def write(company, domain):
        from tenants.models import Domain

        with inside(company):
            row = Domain.objects.get(schema=company.schema, domain=domain)
        zone.set(f"_portico.{domain}", "TXT", "another record", row.token)
        if row.use == "portal":
            zone.set(domain, "CNAME", f"{company.slug}.localhost")

    return write


@pytest.fixture
def look(inside):
    """`look(acme, domain)` = the worker looks at it now; what the row says then."""

    def now(company, domain):
        from tenants.domains import actions
        from tenants.models import Domain

        with inside(company):
            actions.check(str(Domain.objects.get(schema=company.schema, domain=domain).pk))
        with inside(company):
            return Domain.objects.get(schema=company.schema, domain=domain)

    return now


@pytest.fixture
def owned(inside, acme, ada, right, look):
    """`owned()` = a domain of Acme that counts, and leads to its portal."""

    def make(domain="help.acme.example", use="portal", *, leads=False):
        from tenants.domains import actions

        with inside(acme):
            actions.add(domain, use, by=ada)
        right(acme, domain)
        row = look(acme, domain)
        if leads:
            with inside(acme):
                actions.lead_to(domain, by=ada)
        return row

    return make
