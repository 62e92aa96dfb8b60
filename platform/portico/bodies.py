"""What a request carries is read whole before anything is held for it: no company's place, no connection."""

from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError

# Somebody who sends slowly keeps a thread for as long as it takes; so many threads at most, the others go on.
WAIT_SECONDS = 0.2
_readers = BoundedSemaphore(settings.BODIES_AT_ONCE)


def read(request: HttpRequest) -> int:
    """Read the body, within the number of those that may be read at once; the status to refuse with, or 0."""
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        return 0
    if not _readers.acquire(timeout=WAIT_SECONDS):
        return 503
    try:
        request.body  # noqa: B018 (Django keeps what it has read)
    except UnreadablePostError:
        return 400
    finally:
        _readers.release()
    return 0
