"""Whatever dies while mail comes in, each mail is one, and its bytes are there."""

import json

import pytest

from tests.trust import mailkill
from tests.trust.commands import asked


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_a_worker_that_is_killed_no_mail_is_lost_or_doubled(database):
    figures = json.loads(asked("mailkill", "--mails", "150", "--kills", "6"))

    assert mailkill.is_whole(figures), figures
    assert figures["kills worker"] > 2
    assert figures["deliveries"] > figures["mails"] == 150
