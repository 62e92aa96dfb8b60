"""Refusals as problem documents (RFC 9457) with a stable `code`. The only place that makes them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from rest_framework import exceptions

from portico.api.scopes import ScopeMissing
from portico.errors import Invalid, Refusal, SignInNeeded, TooMany

MISSING = "There is nothing here."


def problem(
    status: int,
    code: str,
    message: str,
    errors: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    allowed: list[str] | None = None,
) -> JsonResponse:
    """A problem document; `errors` names fields, or parameters, with what is wrong with each, `allowed` what would be
    taken instead."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"code": code, "detail": message}
    if errors:
        body["errors"] = errors
    if allowed is not None:
        body["allowed"] = allowed
    response = JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def of(refusal: Refusal) -> JsonResponse:
    """The problem document of one of the product's own refusals."""
    errors = refusal.fields if isinstance(refusal, Invalid) else None
    headers = {}
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.seconds)
    if isinstance(refusal, SignInNeeded):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, ScopeMissing):  # RFC 6750 section 3.1
        headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{refusal.needed}"'
    return problem(refusal.status, refusal.code, refusal.message, errors, headers, refusal.allowed)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The answer to what an API view raised; None for what is our own mistake, which ends as a 500."""
    if isinstance(error, Refusal):
        return of(error)
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", "Please correct the marked fields.", _fields(error.detail))
    if isinstance(error, exceptions.MethodNotAllowed):
        allowed = ", ".join(context["view"].allowed_methods)
        return problem(405, "method_not_allowed", f"Only {allowed} work here.", headers={"Allow": allowed})
    if isinstance(error, exceptions.UnsupportedMediaType):
        return problem(415, "not_json", f"Please send {context['view'].parser_classes[0].media_type}.")
    for kind, status, code, message in _ANSWERS:
        if isinstance(error, kind):
            return problem(status, code, message)
    return None


_ANSWERS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Http404, 404, "not_found", MISSING),
    (exceptions.NotFound, 404, "not_found", MISSING),
    (exceptions.ParseError, 400, "malformed", "The body cannot be read; JSON comes in UTF-8."),
    (RequestDataTooBig, 413, "too_large", "That is more than one request may carry."),
    (PermissionDenied, 403, "not_allowed", "This is not allowed here."),
    (exceptions.PermissionDenied, 403, "csrf_failed", "A request with a session cookie needs X-CSRFToken."),
)


def _fields(detail: Any) -> dict[str, list[str]]:
    """Every message by the name of its field; what concerns the body as a whole stands under `body`."""
    if not isinstance(detail, Mapping):
        return {"body": _texts(detail)}
    return {("body" if name == "non_field_errors" else str(name)): _texts(texts) for name, texts in detail.items()}


def _texts(detail: Any) -> list[str]:
    if isinstance(detail, Mapping):
        return [text for place, texts in detail.items() for text in (f"{place}: {one}" for one in _texts(texts))]
    if isinstance(detail, list):
        return [text for one in detail for text in _texts(one)]
    return [str(detail)]
