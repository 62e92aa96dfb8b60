"""The work of the platform itself: what the scheduler sends round by round, and what somebody's act begins."""

from uuid import UUID

from portico import jobs
from portico.work import platform_task


@platform_task
def platform_letter(key: str) -> None:
    """The same for one of the platform."""
    jobs.send_letter(UUID(key))


@platform_task
def platform_letters() -> None:
    """Letters of the platform that a worker or the queue left lying."""
    for id in jobs.overdue_letters():
        platform_letter.send(str(id))


@platform_task
def tidy_platform_mail() -> None:
    """What letters of the platform said that left long ago goes."""
    jobs.tidy_letters()


@platform_task
def seal_audit() -> None:
    """The same for the platform's audit."""
    jobs.seal_audit()


@platform_task
def merge_subjects() -> None:
    """Tickets of subjects that became part of others follow them."""
    jobs.go_on_merging()


@platform_task
def finish_merge(key: str) -> None:
    """A company has moved all its tickets of a merged subject: perhaps it was the last one."""
    jobs.finish_merging(key)


@platform_task
def wake_batches() -> None:
    """What is done with all requests of a list is not left lying: the queue was away, or a worker died."""
    jobs.wake_batches()


@platform_task
def look_at_billing(company_id: int) -> None:
    """What a company pays is brought up to what is true at Stripe."""
    jobs.look_at_billing(company_id)


@platform_task
def part_with(customer: str) -> None:
    """What Stripe knows of a company that is being erased goes."""
    jobs.part_with(customer)


@platform_task
def mind_billing() -> None:
    """The same for all companies whose time has come, each in a transaction of its own."""
    for company_id in jobs.billing_waiting():
        look_at_billing.send(company_id)


@platform_task
def find_desks(search_id: str) -> None:
    """Somebody asked where their address has desks."""
    jobs.find_desks(UUID(search_id))


@platform_task
def platform_way_in(purpose: str, email: str, seat: str) -> None:
    """The same of the platform's staff."""
    jobs.send_way_in(purpose, email, seat)
