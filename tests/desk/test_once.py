"""A form that is sent twice at the same moment does its work once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def test_two_sendings_at_the_same_moment_ask_once(client_for, acme, inside):
    from tenant_apps.tickets.models import Ticket

    together, ada = Barrier(2), [client_for("ada"), client_for("ada")]
    typed = {"subject": "email", "description": "Once, please.", "key": "0123456789abcdef"}

    def send(client):
        together.wait()
        try:
            return client.post("/manager/tickets/new", typed)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, ada)

    assert first == second
    with inside(acme):
        assert Ticket.objects.count() == 1


def test_the_same_key_of_somebody_else_is_another_form(client_for, acme, inside):
    from tenant_apps.tickets.models import Ticket

    typed = {"subject": "email", "description": "Mine.", "key": "0123456789abcdef"}

    for name in ("ada", "ben"):
        client_for(name).post("/manager/tickets/new", typed)

    with inside(acme):
        assert Ticket.objects.count() == 2


def test_what_was_refused_may_be_sent_again(client_for, acme, inside, sam):
    from tenant_apps.tickets import actions
    from tenant_apps.tickets.models import Ticket

    ada = client_for("ada")
    ada.post("/manager/tickets/new", {"subject": "email", "description": "A question."})
    with inside(acme):
        ticket = actions.change_status(Ticket.objects.get(), "closed", by=sam)
    typed = {"body": "Again", "key": "0123456789abcdef"}
    assert ada.post(f"/manager/tickets/{ticket.pk}/reply", typed).status_code == 409
    with inside(acme):
        actions.change_status(ticket, "in_progress", by=sam)

    assert ada.post(f"/manager/tickets/{ticket.pk}/reply", typed).status_code == 302
