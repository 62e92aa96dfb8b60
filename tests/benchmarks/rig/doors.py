"""Doors of the rivals. They give the product's views what these ask for; no statement is theirs."""

import os
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from portico.database import CompanyRef, company_scope
from tenants.routing import Door

Answer = Callable[[HttpRequest], HttpResponse]


class OnlyDoor:
    """Every host is the same company; the request is one transaction, as with ATOMIC_REQUESTS."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        number, schema, slug = (os.environ[name] for name in ("BENCH_COMPANY", "BENCH_SCHEMA", "BENCH_SLUG"))
        self.company = CompanyRef(int(number), schema, 1, slug, "Company")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _within(self.company, request, self.get_response)


class TenantDoor:
    """The company that TenantMainMiddleware has found."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _within(request.tenant.ref, request, self.get_response)  # type: ignore[attr-defined]


def _within(company: CompanyRef, request: HttpRequest, get_response: Answer) -> HttpResponse:
    request.door = Door("company", request.get_host(), company)  # type: ignore[attr-defined]
    with company_scope(company), transaction.atomic():
        response = get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
    return response
