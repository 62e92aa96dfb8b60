"""What every one of the compared servers runs: the pages and API of a company, and a view that says hello."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portico.wsgi import application

__all__ = ["application"]


def hello(request: HttpRequest) -> HttpResponse:
    """A view that needs no row: what is left is the stack."""
    return HttpResponse("hello")


from portico import urls_company  # noqa: E402 (needs the apps)

urls_company.urlpatterns.insert(0, path("bench/hello", hello))
