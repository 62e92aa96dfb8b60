"""What mail servers answer becomes a state with plain words; what is lost says so, what can wait is tried again."""

from datetime import timedelta

import pytest

from portico import clock, mailing
from shared_apps.mail import sending, transport
from shared_apps.mail.models import Suppressed
from tests.support import letters, mailserver


@pytest.fixture
def server(settings):
    with mailserver.running() as running:
        settings.EMAIL_URL = running.url
        yield running


CLEO = "cleo@client.example"


@pytest.mark.parametrize(
    ("to", "answer", "state", "words"),
    [
        (CLEO, "550 5.1.1 no such user", "bounced", "does not take mail"),
        (CLEO, "451 greylisted", "queued", "asks to try again later: greylisted"),
        ("DATA", "554 this is spam", "failed", "refused this letter: this is spam"),
        ("DATA", "421 too many", "queued", "asks to try again later"),
    ],
)
def test_an_answer_becomes_a_state_in_plain_words(server, posted, letter_of, to, answer, state, words):
    server.answers[to] = answer
    id = posted()
    letters.leave()
    row = letter_of(id)
    assert (row.state, row.attempts) == (state, 1)
    assert words in row.error
    assert server.mails == []


def test_what_can_wait_is_tried_again_and_arrives_as_the_same_mail(server, posted, letter_of):
    server.answers[CLEO] = "451 later"
    id = posted()
    letters.leave()
    letters.leave()
    assert letter_of(id).attempts == 1
    server.answers.clear()
    with clock.at(clock.now() + timedelta(minutes=2)):
        letters.leave()
    assert letter_of(id).state == "sent"
    assert letter_of(id).message_id.encode() in server.mails[0]


def test_a_server_that_is_away_loses_nothing_until_a_day_is_over(posted, letter_of, settings, inside, acme):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    id = posted()
    letters.leave()
    row = letter_of(id)
    assert (row.state, row.error) == ("queued", "The mail server could not be reached. It is tried again.")
    pauses = sum((sending.pause(number) for number in range(1, sending.MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=20) < pauses < timedelta(hours=30)
    with inside(acme):
        mailing.letters().filter(pk=id).update(attempts=sending.MOST_ATTEMPTS - 1, due_at=clock.now())
    letters.leave()
    assert letter_of(id).state == "failed"


def test_a_worker_that_died_while_handing_over_is_followed_by_another(server, posted, letter_of, inside, acme):
    id = posted()
    with inside(acme):
        assert sending._take(id)  # and then it is killed
    letters.leave()
    assert (server.mails, letter_of(id).state) == ([], "sending")
    with clock.at(clock.now() + sending.LEASE + timedelta(seconds=1)):
        letters.leave()
    assert (len(server.mails), letter_of(id).state) == (1, "sent")


def test_the_outcome_of_an_attempt_that_was_given_up_is_not_written(server, posted, letter_of, inside, acme):
    id = posted()
    with inside(acme):
        late = sending._take(id)
    with clock.at(clock.now() + sending.LEASE + timedelta(seconds=1)):
        letters.leave()
    server.answers[CLEO] = "550 gone"
    with inside(acme):
        pass
    from portico.database import company_scope

    with company_scope(acme):
        sending._hand_over(late)
    assert letter_of(id).state == "sent"


def test_an_address_that_came_back_gets_no_more_until_somebody_says_so(server, posted, letter_of, inside, acme):
    server.answers[CLEO] = "550 no such user"
    posted()
    letters.leave()
    server.answers.clear()
    second = posted(to=CLEO.upper())
    letters.leave()
    row = letter_of(second)
    assert (row.state, row.error) == ("suppressed", "Not sent: earlier mail to this address came back.")
    with inside(acme):
        Suppressed.objects.all().delete()
    third = posted()
    letters.leave()
    assert letter_of(third).state == "sent"


def test_notices_stop_alone_when_somebody_wants_no_notices(server, posted, letter_of, inside, acme):
    with inside(acme):
        Suppressed.objects.create(address=CLEO, stream="notice", reason="unsubscribed")
    notice, ticket = posted(stream="notice"), posted(stream="ticket")
    letters.leave()
    assert [letter_of(one).state for one in (notice, ticket)] == ["suppressed", "sent"]


def test_letters_that_wait_together_go_by_one_connection(server, posted, letter_of):
    ids = [posted(to=f"c{number}@client.example") for number in range(3)]
    letters.leave()
    assert [letter_of(id).state for id in ids] == ["sent"] * 3
    assert (len(server.mails), len(server.callers)) == (3, 1)


def test_a_server_that_hung_up_meanwhile_is_called_again(server):
    with transport.kept_open():
        way = transport.connection()
        way.connection.sock.close()
        assert transport.connection().connection.noop()[0] == 250
