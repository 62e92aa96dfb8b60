"""The OpenAPI document, made from the views, and the page to try them on."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from portico.api import (
    authentication,  # noqa: F401 (the document learns from it how to sign in)
    scopes,
)
from portico.api.problems import MISSING, problem

_COMPANY = ("api/support/", "tenant_apps.tickets.urls_api")
_COMPANY_DESK = ("api/v1/", "tenant_apps.tickets.api.urls_v1")
_DESKTOP = ("api/v1/", "tenant_apps.telemetry.urls_v1")
_BILLING = ("api/v1/", "shared_apps.billing.urls_v1")
_PEOPLE = ("api/v1/", "tenant_apps.people.urls_v1")
_CONSOLE = ("platform-admin/", "shared_apps.console.urls_api")
_COMPANYS = (_COMPANY, _COMPANY_DESK, _DESKTOP, _BILLING, _PEOPLE)
# What answers behind which door; the base host answers for both to programs that bring a token.
DOCUMENTED = {"company": _COMPANYS, "console": (_CONSOLE,), "public": (*_COMPANYS, _CONSOLE)}

_READING = ("GET", "HEAD")
_ALLOW = {"Allow": ", ".join(_READING)}

View = Callable[[HttpRequest], HttpResponse]


def readable(view: View) -> View:
    """Only for reading; a program that sends something here is told so."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in _READING:
            return problem(405, "method_not_allowed", "There is only something to read here.", headers=_ALLOW)
        return view(request)

    return answer


class OperationSchema(AutoSchema):
    """An operation in the document, with the scope that a key needs for it."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            scope = scopes.needed(getattr(self.view, "part", ""), self.method)
            said = operation.get("description", "")
            operation["description"] = f"{said}\n\nA key needs the scope `{scope}`.".strip()
            operation["x-scope"] = scope
        return operation


@readable
def schema(request: HttpRequest) -> JsonResponse:
    """The document of this host."""
    return JsonResponse(document(request.door.kind))  # type: ignore[attr-defined]


@readable
def docs(request: HttpRequest) -> HttpResponse:
    """The try-it page of this host."""
    return render(request, "api/docs.html")


@csrf_exempt
def missing(request: HttpRequest) -> JsonResponse:
    """Everything else under an API path."""
    return problem(404, "not_found", MISSING)


@cache
def document(kind: str) -> dict[str, Any]:
    """The OpenAPI document of a kind of door. It follows from code alone, so it is made once."""
    patterns: list[URLPattern | URLResolver] = [path(prefix, include(urls)) for prefix, urls in DOCUMENTED[kind]]
    result: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    if kind == "public":
        _name_the_company(result)
    if kind == "company":
        _name_the_partners(result)
    return result


def _name_the_partners(result: dict[str, Any]) -> None:
    """A partner's application comes by OAuth 2.0, at addresses of this very host, to a key like any other."""
    ways = {"tokenUrl": "/oauth/token", "scopes": dict(scopes.COMPANY)}
    by_person = ways | {"authorizationUrl": "/oauth/authorize", "refreshUrl": "/oauth/token"}
    result["components"]["securitySchemes"]["oauth2"] = {
        "type": "oauth2",
        "description": "For applications of partners that the company added. Codes need PKCE with S256.",
        "flows": {"authorizationCode": by_person, "clientCredentials": ways},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            if operation["x-scope"] in scopes.COMPANY:
                operation["security"].append({"oauth2": [operation["x-scope"]]})


def _name_the_company(result: dict[str, Any]) -> None:
    """On the base host a program says beside its token which company it means; both must agree."""
    header = {"in": "header", "name": "X-Company-Id", "required": True, "schema": {"type": "integer"}}
    for route, operations in result["paths"].items():
        if route.startswith((f"/{_COMPANY[0]}", f"/{_COMPANY_DESK[0]}")):
            for operation in operations.values():
                operation.setdefault("parameters", []).append(header)


def without_twins(endpoints: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Every path also answers with a slash at its end; the document names it once."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation may answer with a problem document, and none takes fields that it does not know."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "Refused, and why", "content": content}
            for body in operation.get("requestBody", {}).get("content", {}).values():
                schemas[body["schema"]["$ref"].rpartition("/")[2]]["additionalProperties"] = False
    return result


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and for programs, `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong with which field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "allowed": {
            "type": "array",
            "description": "What would be taken instead, for example the statuses that may follow.",
            "items": {"type": "string"},
        },
    },
}
