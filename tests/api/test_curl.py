"""The document's smoke tests, sent with curl to the really running server as they stand there."""

import json
import shutil
import subprocess
from typing import Any

import pytest

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]

# As written in the contract; only the port and the tokens differ. `| jq` is what `json.loads` does here.
OPEN = """
curl -sS -X POST "http://127.0.0.1:5000/api/support/tickets" \\
  -H "Authorization: Bearer $MANAGER_TOKEN" \\
  -H "Content-Type: application/json" \\
  -H "X-Company-Id: 1" \\
  -d '{"subject":"website","sub_subject":"contact","description":"Contact form not sending."}'
"""
LIST = """
curl -sS "http://127.0.0.1:5000/api/support/tickets" \\
  -H "Authorization: Bearer $MANAGER_TOKEN" \\
  -H "X-Company-Id: 1"
"""
QUEUE = """
curl -sS "http://127.0.0.1:5000/platform-admin/tickets" \\
  -H "Authorization: Bearer $ADMIN_TOKEN"
"""
MOVE = """
curl -sS -X PATCH "http://127.0.0.1:5000/platform-admin/tickets/1/status" \\
  -H "Authorization: Bearer $ADMIN_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"status":"in_progress"}'
"""


@pytest.fixture
def shell(live_product):
    """Run a line as somebody at a terminal would, and read the JSON that comes back."""
    tokens = {
        "MANAGER_TOKEN": live_product.person("ada@acme.example")["token"],
        "ADMIN_TOKEN": live_product.person("omar@portico.example")["token"],
    }

    def run(line: str) -> Any:
        line = line.replace(":5000/", f":{live_product.port}/")
        done = subprocess.run(["/bin/sh", "-c", line], env=live_product.env | tokens, capture_output=True, check=True)
        return json.loads(done.stdout)

    return run


def test_a_manager_opens_a_ticket_and_finds_it(shell):
    opened = shell(OPEN)
    assert (opened["status"], opened["subject"], opened["sub_subject"]) == ("new", "website", "contact")
    assert opened["messages"][0]["body"] == "Contact form not sending."
    assert opened["id"] in [ticket["id"] for ticket in shell(LIST)["results"]]


def test_the_staff_see_it_and_move_a_ticket(shell):
    opened = shell(OPEN)
    assert opened["id"] in [row["ticket_id"] for row in shell(QUEUE)["results"]]
    moved = shell(MOVE)
    assert (moved["id"], moved["status"]) == (1, "in_progress")


def test_a_wrong_company_or_token_opens_nothing(shell):
    assert shell(LIST.replace("X-Company-Id: 1", "X-Company-Id: 2"))["code"] == "not_found"
    assert shell(LIST.replace("$MANAGER_TOKEN", "nonsense"))["code"] == "sign_in_needed"
    assert shell(OPEN.replace('tickets"', 'tickets/"'))["status"] == "new"
