"""Waits at the mailboxes of companies, so that mail is here within seconds."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from tenant_apps.mailroom.waiting import wait_at_all


class Command(BaseCommand):
    help = "Wait at all mailboxes that are looked into (IMAP IDLE). Without it they are looked into every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        try:
            wait_at_all(stop)
        except KeyboardInterrupt:
            stop.set()
