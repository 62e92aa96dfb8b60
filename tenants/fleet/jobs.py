"""Python in a migration: work on one company's rows that may be done twice."""

from collections.abc import Callable
from functools import wraps
from typing import Any

Job = Callable[[Any, Any], object]


def company_job(job: Job) -> Job:
    """Mark a function of `RunPython` as fit for the fleet.

    It works on one company, may be broken off and done again without harm, and returns True when it did one batch and
    more is left: the fleet then commits and calls it again. Django's own executor calls it until nothing is left.
    """

    @wraps(job)
    def until_done(apps: Any, schema_editor: Any) -> None:
        while job(apps, schema_editor) is True:
            pass

    until_done.batch = job  # type: ignore[attr-defined]
    return until_done


def is_company_job(code: object) -> bool:
    """Whether a function carries the mark."""
    return hasattr(code, "batch")


def batch_of(code: Job) -> Job:
    """The marked function itself, which does one batch."""
    return code.batch  # type: ignore[attr-defined]
