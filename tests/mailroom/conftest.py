"""Mail that is brought and dealt with as by the worker."""

import pytest

RELAY = "mx.portico.example"


@pytest.fixture
def bring(fresh_rows, inside, acme, settings):
    """`bring(raw)` = the row of a mail to Acme, dealt with; further words are those of `intake.deliver`."""
    from portico import tasks
    from tenant_apps.mailroom import intake
    from tenant_apps.mailroom.models import Incoming

    settings.MAIL_TRUSTED_RELAY = RELAY

    def brought(raw, recipient="acme@mail.localhost", company=acme, **told):
        key = intake.deliver(raw, recipient, via="test", **told)
        tasks.ingest_inbound_email(company.id, company.generation, key.hex)
        with inside(company):
            return Incoming.objects.get(pk=key)

    return brought


@pytest.fixture
def reply_to(acme, inside):
    """`reply_to(ticket, "cleo@acme.example")` = the address that somebody answers to about a request."""
    from portico.replying import reply_address
    from shared_apps.accounts.models import User

    def address(ticket, email, company=acme):
        with inside(company):
            user = User.objects.filter(email=email).first()
            return reply_address(company, ticket.pk, user.pk if user else email)

    return address


@pytest.fixture
def channel(inside, acme, ada):
    """`channel("postmark")` = where that provider posts to."""
    from tenant_apps.mailroom.actions import channels
    from tests.mailroom import posting

    def made(provider):
        given = {"name": provider, "address": "help@acme.example", "way": "webhook", "provider": provider}
        keys = {"mailgun": posting.MAILGUN_KEY, "resend": posting.SVIX_SECRET}
        secrets = {"signing_key": keys.get(provider, ""), "api_key": "key-of-the-api", "access_key": "AKIAACME"}
        with inside(acme):
            row = channels.keep(None, given | {"secrets": secrets}, by=ada)
        return f"/mail/in/{row.pk}/{row.code}"

    return made


@pytest.fixture
def dealt_with(inside, acme):
    """`dealt_with()` = what came in, after the worker."""
    from portico import tasks
    from tenant_apps.mailroom.models import Incoming

    def rows():
        with inside(acme):
            keys = list(Incoming.objects.values_list("pk", flat=True))
        for key in keys:
            tasks.collect_mail(acme.id, acme.generation, key.hex)
            tasks.ingest_inbound_email(acme.id, acme.generation, key.hex)
        with inside(acme):
            return list(Incoming.objects.order_by("pk"))

    return rows


@pytest.fixture
def fetched(inside, acme):
    """`fetched(channel)` = the mails that have come from there, and the channel, after a look of the worker's."""
    from portico import tasks
    from tenant_apps.mailroom.models import Channel, Incoming

    def look(channel):
        tasks.fetch_mailbox(acme.id, acme.generation, channel.pk.hex)
        with inside(acme):
            rows = list(Incoming.objects.filter(channel=channel).order_by("pk"))
            return rows, Channel.objects.get(pk=channel.pk)

    return look


@pytest.fixture
def held_up():
    """`held_up()`, in another thread = whether somebody who works on what is due would have to wait for the worker."""
    from django.db import OperationalError, connection, transaction

    from portico.database import platform_scope
    from tenants.models import Due

    def look():
        try:
            with platform_scope(), transaction.atomic():
                list(Due.objects.select_for_update(nowait=True))
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    return look
