"""Bring all companies' tables to this release: canaries first, many at once, each company on its own."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError

from tenants.fleet import runs, waves
from tenants.fleet.progress import Bar


def add_arguments(parser: ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--plan", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--canary", type=int, default=0, metavar="N", help="companies in the first wave (1 %%)")
    parser.add_argument("--only", default="", metavar="SLUG", help="this company alone")
    parser.add_argument(
        "--workers", type=int, default=waves.WORKERS, metavar="N", help="connections that work at once (%(default)s)"
    )
    parser.add_argument(
        "--tries", type=int, default=waves.TRIES, metavar="N", help="how often a busy company is waited for"
    )
    parser.add_argument("--resume", action="store_true", help="go on after a run that was stopped")


def run(options: dict[str, Any], out: Any) -> None:
    """Refuses with one line when nothing may be done, and when somebody was left behind."""
    if options["canary"] < 0 or options["workers"] < 1 or options["tries"] < 1:
        raise CommandError("--canary, --workers and --tries must be positive.")
    wish = runs.Wish(
        options["only"], options["canary"], options["workers"], resume=options["resume"], tries=options["tries"]
    )
    try:
        with runs.alone() as connection:
            outlook = runs.look_ahead(connection, wish.only)
            if wish.only and not (outlook.survey.current or outlook.survey.behind or outlook.survey.lost):
                raise CommandError(f"There is no company {wish.only!r}.")
            _say_plan(outlook, out, full=options["plan"])
            if not options["plan"]:
                _carry_out(connection, outlook, wish, out)
    except runs.Refused as no:
        raise CommandError(str(no)) from no


def _say_plan(outlook: runs.Outlook, out: Any, *, full: bool) -> None:
    found = outlook.survey
    out.write(f"{len(found.current):,} up to date, {len(found.late):,} behind, release {found.mark[:12]}")
    for one in found.lost:
        out.write(f"  {one.slug}: its schema {one.schema} cannot be read")
    for finding in outlook.findings:
        out.write(f"  {'refused' if finding.refused else 'note'}: {finding}")
    for plan in outlook.plans if full else []:
        out.write(f"{len(plan.group.members):,} companies from release {plan.group.fingerprint[:12] or '?'}:")
        for step in plan.steps:
            out.write(f"  {step.app} {step.name} ({step.kind})")
            for text in step.statements:
                out.write(f"    {text}")
    for member, words in outlook.drifted.items() if full else []:
        out.write(f"  {member.slug}: {words}")


def _carry_out(connection: Any, outlook: runs.Outlook, wish: runs.Wish, out: Any) -> None:
    lost = len(outlook.survey.lost)
    if outlook.survey.late:
        bar = Bar(out)
        tally = runs.migrate(connection, outlook, wish, bar.show)
        bar.end(tally)
        for member, words in sorted(tally.failed.items(), key=lambda pair: pair[0].id):
            out.write(f"  {member.slug}: {words}")
        if tally.stopped:
            raise CommandError(f"Stopped. {tally.stopped} `tenants status` says who is behind; go on with --resume.")
        lost += len(tally.failed)
    if not wish.only:
        dropped = runs.renew_pool()
        if dropped:
            out.write(f"{dropped} ready schemas renewed")
        for one in runs.newcomers(connection, outlook) if outlook.survey.late else []:
            out.write(f"{one.slug} was opened meanwhile")
            newer = replace(wish, only=one.slug, resume=True)
            _carry_out(connection, runs.look_ahead(connection, one.slug), newer, out)
    if lost:
        raise CommandError(f"{lost} of {outlook.survey.total:,} companies were left behind; all others are up to date.")
