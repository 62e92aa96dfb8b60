"""What a request carries is read whole before anything is held for it: no company's place, no connection."""

import tempfile
from threading import BoundedSemaphore
from typing import IO, Any, cast

from django.conf import settings
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, UnreadablePostError

# Somebody who sends slowly keeps a thread for as long as it takes; so many threads at most, the others go on.
WAIT_SECONDS = 0.2
MAIL = "/mail/in/"
_readers = BoundedSemaphore(settings.BODIES_AT_ONCE)
_PIECE = 256 * 1024


def most(request: HttpRequest) -> int:
    """How many bytes this request may carry: a form with files more than any other."""
    if _is_large(request):
        return settings.UPLOAD_MEGABYTES * 1024 * 1024
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def read(request: HttpRequest) -> int:
    """Read the body, within the number of those that may be read at once; the status to refuse with, or 0."""
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        return 0
    if not _readers.acquire(timeout=WAIT_SECONDS):
        return 503
    try:
        if _is_large(request):
            return _to_disk(cast(Any, request))
        request.body  # noqa: B018 (Django keeps what it has read)
    except (UnreadablePostError, OSError):
        return 400
    finally:
        _readers.release()
    return 0


def _is_large(request: HttpRequest) -> bool:
    """Forms with files, and what mail providers post: whole mails."""
    return _has_files(request) or (request.method == "POST" and request.path.startswith(MAIL))


def _has_files(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type == "multipart/form-data"


def _to_disk(request: Any) -> int:
    """Files wait on disk until a view asks for them; 400 when the sender stopped half way."""
    length = int(request.META["CONTENT_LENGTH"])
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 (goes with the request)
    left = length
    while left and (piece := request._stream.read(min(_PIECE, left))):
        kept.write(piece)
        left -= len(piece)
    if left:
        return 400
    kept.seek(0)
    request._stream = LimitedStream(cast(Any, kept), length)
    return 0
