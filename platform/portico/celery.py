"""The worker's application: `celery -A portico.celery worker`. Tasks are made in `portico.tasks` and
`portico.platform_tasks`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")

from celery import Celery  # noqa: E402  settings are named before anything may read them
from celery.signals import setup_logging, worker_ready  # noqa: E402
from django.conf import settings  # noqa: E402
from prometheus_client import start_http_server  # noqa: E402

from portico import queue  # noqa: E402

# A worker that dies gives its task back after this long. Longer than any task may run, or one would run twice.
VISIBILITY_SECONDS = 15 * 60

queue.install()
app = Celery("portico", broker=settings.VALKEY_URL)
app.conf.update(
    broker_transport_options={
        "global_keyprefix": f"portico:{settings.BASE_HOST}:tasks:",  # two installations may share a server
        "visibility_timeout": VISIBILITY_SECONDS,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "max_retries": 0,
    },
    # A request never waits for the queue: what cannot be sent now is sent again by the sweep.
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry=False,
    task_default_queue="work",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_pool="threads",
    worker_concurrency=4,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_enable_remote_control=False,
    imports=["portico.tasks", "portico.platform_tasks"],
)
app.autodiscover_tasks()


def load_transport() -> None:
    """Load what sends messages, which Celery otherwise does at the first one. Nothing is connected."""
    _ = app.amqp.send_task_message, app.backend
    with app.connection_for_write() as connection:
        _ = connection.transport


@setup_logging.connect  # type: ignore[untyped-decorator]
def _keep_our_logs(**_: object) -> None:
    """Celery asks for its own log format unless somebody answers here; Django's configuration holds."""


@worker_ready.connect  # type: ignore[untyped-decorator]
def _show_figures(**__: object) -> None:
    """The worker answers no requests: `WORKER_METRICS` says where its figures are shown (host:port), if anywhere."""
    host, _, port = settings.WORKER_METRICS.rpartition(":")
    if port:
        start_http_server(int(port), host or "127.0.0.1")
