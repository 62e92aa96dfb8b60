"""Work of the console after the answer."""

from portico.tasks import platform_task
from shared_apps.console import batches


@platform_task
def work_through(batch: str) -> None:
    """Some more requests of a list that one thing is done with."""
    batches.go_on(batch)
