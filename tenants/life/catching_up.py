"""A company from an archive of an earlier release: its tables are brought to this one, as `tenants migrate` does it."""

from portico import asks
from portico.database import CompanyRef
from portico.errors import Refused
from tenants import looks
from tenants.fleet import runs
from tenants.life import reading
from tenants.life.export import Tell
from tenants.owner import owner_connection


def catch_up(company: CompanyRef, tell: Tell) -> None:
    """Migrate this company alone and write its index. Refused when it stays behind: it then answers 503."""
    tell("migrating")
    try:
        with runs.alone() as connection:
            wish = runs.Wish(only=company.slug, workers=1)
            tally = runs.migrate(connection, runs.look_ahead(connection, company.slug), wish, lambda _: None)
        words = tally.stopped or next(iter(tally.failed.values()), "")
    except runs.Refused as refusal:
        words = str(refusal)
    if words:
        raise Refused(
            "left_behind",
            f"{company.slug} stands again, with the tables of its archive's release. {words} Go on with"
            f" `tenants migrate --only {company.slug}` and `verify_index --repair --company {company.slug}`.",
        )
    with owner_connection() as connection:
        reading.settle(connection, company.schema)
        asks.rebuild_index(connection, company.id, company.schema)
        asks.write_dues(connection, company)
        looks.rebuild(connection, company.id)
