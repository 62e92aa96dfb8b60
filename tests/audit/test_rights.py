"""Nobody of the running product changes what was audited: said to the database in SQL, and refused by it."""

import pytest
from django.db import ProgrammingError, connection

CHANGES = ("UPDATE {} SET verb = 'x'", "DELETE FROM {}", "TRUNCATE {}")
SEALS = ("UPDATE {} SET number = 9", "DELETE FROM {}", "TRUNCATE {}")
JOURNAL = [one.format("journal_event") for one in CHANGES] + [one.format("journal_seal") for one in SEALS]
AUDIT = [one.format("audit_platformauditlog") for one in CHANGES] + [one.format("audit_seal") for one in SEALS]


@pytest.mark.parametrize("statement", JOURNAL + AUDIT)
def test_a_company_never_rewrites_its_journal_nor_the_audit(inside, acme, statement):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", AUDIT)
def test_the_platform_never_rewrites_its_audit(outside, statement):
    with outside(), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", JOURNAL)
def test_the_platform_has_no_hand_in_a_journal(outside, acme, statement):
    table = statement.replace("journal_", f"{acme.schema}.journal_")
    with outside(), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(table)


@pytest.mark.parametrize("table", ["audit_platformauditlog", "audit_seal"])
def test_a_company_reads_nothing_of_the_platforms_audit(inside, acme, table):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"SELECT * FROM {table}")
