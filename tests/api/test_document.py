"""The OpenAPI document, its page, and what thousands of odd requests made from it do: never a 5xx."""

import json
from importlib.resources import files
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portico.api.schema import document

DESK = {
    "support/tickets": {"get", "post"},
    "support/tickets/{id}": {"get", "patch", "delete"},
    "support/tickets/{id}/messages": {"get", "post"},
    **{f"support/tickets/{{id}}/{part}": {"put"} for part in ("status", "rating")},
    "support/tickets/{id}/attachments": {"get", "post"},
    "support/attachments": {"post"},
    "support/tickets/{id}/links": {"get", "post"},
    **{f"support/tickets/{{id}}/{verb}": {"post"} for verb in ("mark-read", "watchers", "unlink", "merge", "unmerge")},
    **{f"support/tickets/{{id}}/{verb}": {"post"} for verb in ("split", "snooze", "wake", "bring-back")},
    "support/messages": {"get", "post"},
    "support/messages/{message_id}": {"get", "patch"},
    "support/messages/{message_id}/reactions": {"post", "delete"},
    "support/events": {"get"},
    **{f"support/{name}": {"get"} for name in ("departments", "priorities", "statuses")},
    **{f"support/admin/{name}": {"get"} for name in ("tickets", "my-assigned-tickets", "employees", "stats")},
    "support/admin/deleted": {"get"},
    "support/admin/tickets/{id}": {"put"},
    "support/admin/tickets/{id}/assign": {"put"},
    "support/admin/tickets/{id}/unassign": {"put"},
    "tickets": {"get", "post"},
    "tickets/{id}": {"get", "patch", "delete"},
    "tickets/{id}/comments": {"get", "post"},
    "tickets/{id}/attachments": {"get", "post"},
    "users": {"get"},
    "companies": {"get"},
    "people": {"get"},
    "people/roles": {"get"},
    "people/invitations": {"get", "post"},
    "people/invitations/{invite_id}": {"delete"},
    "people/invitations/{invite_id}/resend": {"post"},
    "people/{person_id}": {"get", "patch"},
    **{f"people/{{person_id}}/{verb}": {"post"} for verb in ("deactivate", "reactivate")},
    "telemetry/events": {"post"},
    "telemetry/sharing": {"get", "put"},
    "billing": {"get"},
    "desktop/tickets": {"post"},
}
CONTRACT = {
    "/api/support/tickets": {"get", "post"},
    "/api/support/tickets/{id}": {"get"},
    "/api/support/tickets/{id}/messages": {"post"},
    "/api/support/tickets/{id}/attachments": {"get", "post"},
    "/api/support/tickets/{id}/attachments/{attachment_id}": {"get"},
    "/api/support/attachments": {"post"},
    **{f"/api/v1/{path}": methods for path, methods in DESK.items()},
    "/platform-admin/tickets": {"get"},
    "/platform-admin/tickets/{id}": {"get"},
    "/platform-admin/tickets/{id}/messages": {"post"},
    "/platform-admin/tickets/{id}/uploads": {"post"},
    "/platform-admin/tickets/{id}/attachments": {"get", "post"},
    "/platform-admin/tickets/{id}/attachments/{attachment_id}": {"get"},
    "/platform-admin/tickets/{id}/status": {"patch"},
    "/platform-admin/tickets/{id}/assign": {"patch"},
    "/platform-admin/tickets/{id}/escalation": {"patch"},
    "/platform-admin/tickets/{id}/assignments": {"get"},
    "/platform-admin/tickets/{id}/notes": {"get", "post"},
    "/platform-admin/incidents": {"get", "post"},
    "/platform-admin/incidents/{incident_id}": {"get", "patch"},
    **{
        f"/platform-admin/incidents/{{incident_id}}/{name}": {"post"}
        for name in ("updates", "solve", "reopen", "tickets")
    },
    "/platform-admin/incidents/{incident_id}/tickets/{id}": {"delete"},
    "/platform-admin/team/coverage/{id}": {"get", "put"},
}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = hypothesis_settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def test_the_document_holds_the_contract_and_no_more():
    assert {path: set(operations) for path, operations in document("public")["paths"].items()} == CONTRACT
    together = document("company")["paths"] | document("console")["paths"]
    assert together.keys() == CONTRACT.keys()


@pytest.mark.parametrize("slug", ["", "acme", "console"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_host_shows_its_document_and_a_page_to_try_it(visitor, slug, slash):
    client = visitor(slug)
    shown = client.get(f"/api/schema{slash}").json()
    assert shown["openapi"].startswith("3.")
    page = client.get(f"/api/docs{slash}")
    assert page.status_code == 200
    assert b"swagger-ui" in page.content
    assert b"//cdn" not in page.content
    assert b"<style" not in page.content


def test_the_pages_assets_are_local():
    sidecar = files("drf_spectacular_sidecar") / "static/drf_spectacular_sidecar/swagger-ui-dist"
    assert (sidecar / "swagger-ui-bundle.js").is_file()
    assert (sidecar / "swagger-ui.css").is_file()


def test_a_component_for_every_answer_is_in_the_document():
    shown = json.dumps(document("public"))
    assert "application/problem+json" in shown
    assert "Idempotency-Key" in shown
    assert "X-Company-Id" in shown


def _schema(kind: str, token: str, host: str) -> Any:
    """The document of a host, bound to the application in this process, speaking with somebody's token."""
    from portico.wsgi import application

    headers = {"Authorization": f"Bearer {token}", "Host": host}
    bound = schemathesis.openapi.from_dict(document(kind))
    bound.app = application
    bound.config.update(headers=headers, base_url=f"http://{host}")
    return bound


OPERATIONS = [
    (kind, operation["operationId"])
    for kind in ("company", "console")
    for operations in document(kind)["paths"].values()
    for operation in operations.values()
]
SPEAKERS = {"company": ("ada", "acme"), "console": ("omar", "console")}


@pytest.fixture
def real(opened, row_id, lin, program):
    """Ids that lead somewhere, by the start of the path."""
    wish = program("cleo").asks()["id"]
    at_home = {"/api/support/": opened["id"], "/api/v1/": wish}
    return at_home | {"/platform-admin/tickets": row_id, "/platform-admin/team": str(lin.id)}


@pytest.mark.parametrize(("kind", "name"), OPERATIONS)
def test_no_request_breaks_anything(real, token_for, settings, kind, name):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    speaker, door = SPEAKERS[kind]
    bound = _schema(kind, token_for(speaker), f"{door}.{settings.BASE_HOST}")
    operation = bound.find_operation_by_id(name)

    @FEW
    @given(case=operation.as_strategy(), aimed=strategies.booleans())
    def send(case: schemathesis.Case, aimed: bool) -> None:
        _aim(case, real if aimed else {})
        case.call_and_validate(checks=CHECKS)

    send()


def _aim(case: schemathesis.Case, real: dict[str, Any]) -> None:
    """Half of the requests go to something that is there: otherwise few would come further than a 404."""
    for start, key in real.items():
        if case.path.startswith(start) and case.path_parameters:
            case.path_parameters["id"] = key
        if isinstance(case.body, dict) and "subject" in case.body:
            case.body["subject"] = "website"
