"""How a row calls itself where somebody meets it: in a shell, in a log, in a list."""

import pytest

from shared_apps.accounts.models import StoredAnswer, Token, User
from tenants.models import (
    Company,
    Domain,
    Due,
    Leftover,
    MigrationLedger,
    MigrationRun,
    ReadySchema,
    Recording,
    Tombstone,
)

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Company(name="Acme"), "Acme"),
        (Domain(domain="help.acme.example"), "help.acme.example"),
        (Recording(fingerprint="ab12"), "ab12"),
        (ReadySchema(schema="t_1"), "t_1"),
        (Due(job="react", company_id=7), "react for 7"),
        (MigrationRun(fingerprint="0123456789abcdef", state="done"), "0123456789ab done"),
        (MigrationLedger(schema="t_1", app="journal", name="0002", state="failed"), "t_1 journal.0002 failed"),
        (Tombstone(company_id=7), "company 7"),
        (Leftover(kind="files", place="7/1"), "files 7/1"),
        (User(name="Ada"), "Ada"),
        (Token(label="laptop"), "laptop"),
        (StoredAnswer(key="k-1"), "k-1"),
    ],
)
def test_a_row_is_named_by_what_tells_it_from_others(row, name):
    assert str(row) == name


def test_a_role_is_told_in_words_also_one_that_is_not_known_here():
    assert User(role="owner").role_label == "Owner"
    assert User(role="stranger").role_label == "stranger"
