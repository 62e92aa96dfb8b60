"""What is in the log, and above all what is not."""

import json
import logging

import pytest
import structlog

from portico import context, sentry
from portico.database import CompanyRef, company_scope
from portico.logs import scrub, without_quotes

pytestmark = pytest.mark.no_database

ACME = CompanyRef(41, "t_aaaa", 1, "acme", "Acme")
SECRETS = ("Tr0ub4dor", "pt_1_1_abcdefgh12345", "ada@acme.example", "My shop sells nothing since Friday")


def test_a_line_says_for_whom_it_was_written(log_lines):
    token = context.request_id.set("r1")
    with company_scope(ACME):
        structlog.get_logger("portico.test").info("ticket.opened", ticket="42")
    context.request_id.reset(token)
    (line,) = log_lines()
    assert line["event"] == "ticket.opened"
    assert (line["company"], line["request_id"], line["level"]) == (41, "r1", "info")


def test_words_of_people_and_proofs_of_identity_are_removed_by_name(log_lines):
    structlog.get_logger("portico.test").info(
        "x",
        password=SECRETS[0],
        api_token=SECRETS[1],
        email=SECRETS[2],
        body=SECRETS[3],
        description=SECRETS[3],
        subject=SECRETS[3],
        details={"message": SECRETS[3], "session_key": SECRETS[0], "count": 3},
        many=[{"text": SECRETS[3]}],
    )
    text = json.dumps(log_lines())
    assert not [secret for secret in SECRETS if secret in text]
    assert '"count": 3' in text


def test_lines_of_other_libraries_go_through_the_same_sieve(log_lines):
    logging.getLogger("some.library").warning("password=%s for %s, Bearer %s", SECRETS[0], SECRETS[2], SECRETS[1])
    (line,) = log_lines()
    assert line["logger"] == "some.library"
    assert not [secret for secret in SECRETS if secret in line["event"]]


def test_an_error_is_told_by_kind_and_place_without_what_it_quotes(log_lines):
    try:
        raise ValueError(f'invalid input for "{SECRETS[3]}" in "tickets_ticket"\nDETAIL: ({SECRETS[2]}) exists')
    except ValueError:
        structlog.get_logger("portico.test").exception("it broke")
    (line,) = log_lines()
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["places"][-1]
    assert "tickets_ticket" in line["reason"]
    assert not [secret for secret in SECRETS if secret in json.dumps(line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://user:hunter2@host/0 is away", "redis://[login]@host/0 is away"),
        ("pt_12_3_s3cret-part_x was used", "[token] was used"),
        ("Authorization: Bearer abcdefghijkl", "Authorization: Bearer [token]"),
        ("a=1&password=hunter2&b=2", "a=1&password=[removed]&b=2"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_scrub(text, expected):
    assert scrub(text) == expected


def test_only_names_stay_in_quotes():
    assert without_quotes('relation "tickets_ticket" has "my own words"') == 'relation "tickets_ticket" has "…"'


def test_a_report_to_sentry_holds_the_company_and_nothing_personal():
    event = {
        "message": SECRETS[3],
        "logentry": {"message": SECRETS[3]},
        "user": {"email": SECRETS[2]},
        "server_name": "host",
        "breadcrumbs": [{"message": SECRETS[3]}],
        "extra": {"sys.argv": SECRETS[0]},
        "request": {"method": "POST", "url": f"http://x/?q={SECRETS[0]}", "data": SECRETS[3], "cookies": {"a": "b"}},
        "exception": {
            "values": [{"value": f'bad "{SECRETS[3]}"', "stacktrace": {"frames": [{"vars": {"body": SECRETS[3]}}]}}]
        },
    }
    with company_scope(ACME):
        sent = sentry.without_words(event, {})
    assert sent["tags"]["company"] == "41"
    assert sent["request"] == {"method": "POST"}
    assert not [secret for secret in SECRETS if secret in json.dumps(sent)]
