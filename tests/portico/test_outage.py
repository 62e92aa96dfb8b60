"""While the database is away, people are told so, and nothing pretends to have worked."""

import json
import time

import psycopg
from django.conf import settings
from django.db import close_old_connections, connection

from portico.database.backend.base import LOOK_EVERY


def test_a_lost_database_is_a_503_and_the_next_request_works(client_for, api_for):
    ada, program = client_for("ada"), api_for("ada")
    assert ada.get("/manager/tickets").status_code == 200
    known = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        page, answer = ada.get("/manager/tickets"), program.get("/api/support/tickets")
    finally:
        connection.settings_dict["PORT"] = known

    assert (page.status_code, answer.status_code) == (503, 503)
    assert json.loads(answer.content)["code"] == "unavailable"
    assert ada.get("/manager/tickets").status_code == 200


def test_a_connection_killed_between_two_requests_costs_no_answer(client_for):
    ada = client_for("ada")
    ada.get("/manager/tickets")
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portico_app'"
            " AND datname = current_database()"
        )

    time.sleep(LOOK_EVERY)  # by then the goodbye has arrived
    close_old_connections()  # as a server does at the start of every request
    assert ada.get("/manager/tickets").status_code == 200
