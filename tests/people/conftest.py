"""Inviting and joining, as tests say it."""

import re

import pytest

from tenant_apps.people import actions
from tenant_apps.people.actions.inviting import Wish

NAME, PASSWORD = "Nia Berg", "a quiet harbour"


@pytest.fixture
def invited(inside, acme, ada):
    """`invited("nia@x.example", "agent")` = an invitation of Acme's, by Ada, with its code."""

    def ask(email="nia@x.example", role="agent", by=None, **more):
        with inside(acme):
            return actions.invite(email, Wish(role, **more), by=by or ada)

    return ask


def link_of(mail):
    """The path of the link in a mail."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"https?://[^/\s]+(/invitation/\S+)", text)[1]
