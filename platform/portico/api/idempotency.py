"""`Idempotency-Key`: a POST that is sent again has the first answer again and does nothing twice."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.views import ApiView
from portico.errors import Invalid
from portico.ids import uuid7

HEADER = "Idempotency-Key"
HOURS = 24
_LONGEST = 120

Post = Callable[..., HttpResponse]

# The unique (actor, key) makes a duplicate that arrives meanwhile wait here until the first is committed, and go on
# itself when the first was rolled back. A key older than a day is free again.
_CLAIM = """
    INSERT INTO accounts_storedanswer AS kept (id, actor_id, key, digest, status, body, created_at)
    VALUES (%s, %s, %s, %s, 0, '{}', now())
    ON CONFLICT (actor_id, key) DO UPDATE SET digest = excluded.digest, status = 0, created_at = excluded.created_at
    WHERE kept.created_at < now() - make_interval(hours => %s)
    RETURNING 1
"""


def once(post: Post) -> Post:
    """Let a POST take the header. Only what succeeded is kept: a refusal changed nothing and may be tried again."""

    @wraps(post)
    def answer(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, *args, **kwargs)
        _check(key)
        actor_id, digest = view.actor.id, _digest(request)
        assert actor_id is not None  # noqa: S101 (ApiView lets only people in, and people have ids)
        with transaction.atomic():
            if not _claimed(actor_id, key, digest):
                return _kept(actor_id, key, digest)
            response = post(view, request, *args, **kwargs)
            if isinstance(response, Response) and response.status_code < 400:
                _keep(actor_id, key, response)
            else:  # a refusal that is told, not raised, for something of it stays
                _answers().filter(actor_id=actor_id, key=key).delete()
            return response

    return answer


def _check(key: str) -> None:
    if not 0 < len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
        raise Invalid({HEADER: [f"A key has 1 to {_LONGEST} visible ASCII characters."]})


def _digest(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, default=_of_file)
    return hashlib.sha256(f"{request.method} {request.path.rstrip('/')}\n{body}".encode()).hexdigest()


def _of_file(file: "UploadedFile[Any]") -> list[str]:
    """What makes one file another: its name, and what is in it."""
    content = hashlib.sha256()
    for piece in file.chunks():
        content.update(piece)
    file.seek(0)
    return [file.name or "", content.hexdigest()]


def _claimed(actor_id: UUID, key: str, digest: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [uuid7(), actor_id, key, digest, HOURS])
        return cursor.fetchone() is not None


def _answers() -> Any:
    return apps.get_model("accounts", "StoredAnswer").objects


def _kept(actor_id: UUID, key: str, digest: str) -> Response:
    kept = _answers().get(actor_id=actor_id, key=key)
    if kept.digest != digest:
        raise Invalid({HEADER: ["This key came with another request before. Please take a new one."]})
    return Response(kept.body, status=kept.status, headers={"Idempotent-Replayed": "true"})


def _keep(actor_id: UUID, key: str, response: Response) -> None:
    body = json.loads(JSONRenderer().render(response.data))
    _answers().filter(actor_id=actor_id, key=key).update(status=response.status_code, body=body)
