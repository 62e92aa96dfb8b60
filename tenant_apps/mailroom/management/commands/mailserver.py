"""Takes mail for the companies here."""

import ssl
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenant_apps.mailroom import server


class Command(BaseCommand):
    help = "Take mail: SMTP from the outside, or LMTP from a mail server of your own (Postfix, Exim, OpenSMTPD)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8025", help="host:port (127.0.0.1:8025)")
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP, to a mail server on this machine")
        parser.add_argument("--cert", help="certificate for STARTTLS, as PEM")
        parser.add_argument("--key", help="its key, as PEM")

    def handle(self, *args: Any, **options: Any) -> None:
        host, _, port = options["listen"].rpartition(":")
        if not host or not port.isdigit():
            raise CommandError("--listen must look like 127.0.0.1:8025.")
        tls = _tls(options["cert"], options["key"])
        said = "LMTP" if options["lmtp"] else "SMTP"

        def ready(number: int) -> None:
            self.stdout.write(f"{said} on {host}:{number}")
            self.stdout.flush()

        try:
            server.serve(host, int(port), is_lmtp=options["lmtp"], tls=tls, ready=ready)
        except OSError as trouble:
            raise CommandError(f"{options['listen']}: {trouble.strerror or trouble}.") from trouble


def _tls(cert: str | None, key: str | None) -> ssl.SSLContext | None:
    if not cert:
        return None
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        made.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as trouble:
        raise CommandError(f"--cert: {trouble}") from trouble
    return made
