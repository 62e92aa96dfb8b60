"""Where the marks of companies are looked for once the asking is done: log, cache, signals, letters, archives."""

import email
import email.policy
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any


def marks_in(text: str) -> set[str]:
    """All marks that stand in a text."""
    return set(re.findall(r"mark[0-9a-f]{16}", text))


def in_logs(lines: list[str], tenants: list[Any]) -> list[str]:
    known = {one.mark for one in tenants}
    return [f"log: {line[:200]}" for line in lines if marks_in(line) & known]


def in_cache(tenants: list[Any]) -> tuple[int, list[str]]:
    from django.core.cache import caches

    client = caches["default"]._cache.get_client(None)
    owners = {one.mark: one.company.key for one in tenants}
    leaks, entries = [], 0
    for key in client.scan_iter("*"):
        entries += 1
        if client.type(key) != b"string":
            continue
        for mark in marks_in((client.get(key) or b"").decode(errors="replace")):
            if mark in owners and owners[mark] not in key.decode():
                leaks.append(f"cache: {key!r}")
    return entries, leaks


def in_signals(tenants: list[Any]) -> tuple[int, list[str]]:
    """Do all that follows what was written, and listen to what open pages are told of it."""
    import redis
    from django.conf import settings
    from django.db import transaction

    from portico.database import platform_scope
    from portico.tasks import react
    from tenants.models import Due

    owners = {key: one.company.key for one in tenants for key in (*one.tickets, *one.requests)}
    frames: list[str] = []
    with redis.Redis.from_url(settings.VALKEY_URL).pubsub(ignore_subscribe_messages=True) as ear:
        ear.psubscribe(f"{settings.CHANNEL_LAYERS['default']['CONFIG']['prefix']}*")
        ear.get_message(timeout=5)  # that it listens now
        for tenant in tenants:
            with platform_scope(), transaction.atomic():
                due = list(Due.objects.filter(company_id=tenant.company.id, job="react").values_list("key", flat=True))
            for key in due:
                react(tenant.company.id, tenant.company.generation, key)
                frames += _told(ear, 0)  # as it comes: the server lets nobody fall far behind
        frames += _told(ear, 0.5)
    return len(frames), [f"signal: {one[:200]}" for one in frames if _is_strange(one, owners)]


def _told(ear: Any, seconds: float) -> Iterator[str]:
    """What there is to hear, until nothing comes for so long."""
    while (frame := ear.get_message(timeout=seconds)) is not None:
        yield " ".join(frame[part].decode(errors="replace") for part in ("channel", "data"))


def _is_strange(frame: str, owners: dict[str, str]) -> bool:
    """Whether a signal carries a mark, or a ticket of another company than the one that it is for."""
    told = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", frame.partition(" ")[2])
    is_foreign = "company." in frame and any(f"company.{owners[key]}." not in frame for key in told if key in owners)
    return bool(marks_in(frame)) or is_foreign


def in_letters(tenants: list[Any]) -> tuple[int, list[str]]:
    """Have every letter leave that was written, and read what people get: a company's words go to nobody else's.

    The platform's own are about one company each, if any. They go into a folder, wherever mail goes otherwise.
    """
    from django.test import override_settings

    from portico import clock
    from portico.platform_tasks import platform_letter
    from portico.tasks import letter

    count, leaks = 0, []
    with (
        tempfile.TemporaryDirectory(prefix="portico-canary-") as folder,
        override_settings(EMAIL_URL=f"file://{folder}"),
        clock.at(clock.now() + timedelta(days=1)),  # some wait, that more can go along with them
    ):
        for tenant in [*tenants, None]:
            for key in _waiting(tenant):
                if tenant:
                    letter(tenant.company.id, tenant.company.generation, key)
                else:
                    platform_letter(key)
            for path in sorted(Path(folder).glob("*.eml")):
                count += 1
                found = marks_in(_read(path.read_bytes()))
                if len(found) > 1 or (tenant and found - {tenant.mark}):
                    leaks.append(f"letter of {tenant.company.slug if tenant else 'the platform'}: {sorted(found)}")
                path.unlink()
    return count, leaks


def _waiting(tenant: Any) -> list[str]:
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.mail.models import Outgoing

    with company_scope(tenant.company) if tenant else platform_scope(), transaction.atomic():
        return [str(key) for key in Outgoing.objects.waiting().values_list("pk", flat=True)]


def _read(letter: bytes) -> str:
    """Everything that stands in a mail, as its reader sees it: headers, words, and the words behind the looks."""
    mail = email.message_from_bytes(letter, policy=email.policy.default)
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *texts])


def in_archives(tenants: list[Any]) -> tuple[int, list[str]]:
    """Every company's archive, file by file."""
    from django.db import transaction

    from portico.actor import SYSTEM
    from portico.database import platform_scope
    from tenants.life.export import export
    from tenants.models import Company

    leaks, parts = [], 0
    with tempfile.TemporaryDirectory(prefix="portico-canary-") as folder:
        for tenant in tenants:
            with platform_scope(), transaction.atomic():
                company = Company.objects.get(pk=tenant.company.id)
            path = Path(folder) / f"{tenant.company.slug}.zip"
            export(company, path, by=SYSTEM)
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    parts += 1
                    foreign = marks_in(archive.read(name).decode(errors="replace")) - {tenant.mark}
                    leaks += [f"archive of {tenant.company.slug}: {mark} in {name}" for mark in foreign]
    return parts, leaks
