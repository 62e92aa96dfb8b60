"""What is old goes by itself: what letters said, and second copies of mails. That they were there stays."""

from datetime import timedelta

from portico import clock, jobs, tasks
from portico.storage import CompanyStorage
from shared_apps.mail import tidying
from tenant_apps.mailroom import intake
from tenant_apps.mailroom.models import Incoming
from tenants.due import remind
from tenants.models import Due
from tests.mailroom.letters import STRANGER, letter


def later(days):
    return clock.at(clock.now() + timedelta(days=days))


def test_a_letter_that_left_long_ago_says_nothing_any_more(posted, mails, letter_of, inside, acme):
    id, waits = posted(), posted(after=timedelta(days=200))
    mails()
    for days, facts in ((89, {"words": "Hello."}), (91, {})):
        with later(days), inside(acme):
            tidying.tidy()
        assert letter_of(id).facts == facts
    row = letter_of(id)
    assert (row.state, row.to, row.message_id != "") == ("sent", "cleo@client.example", True)
    assert letter_of(waits).facts == {"words": "Hello."}


def test_who_wants_to_keep_them_does(posted, mails, letter_of, inside, acme, settings):
    settings.MAIL_KEPT_DAYS = 0
    id = posted()
    mails()
    with later(10_000), inside(acme):
        tidying.tidy()
    assert letter_of(id).facts


def test_a_second_copy_goes_and_the_first_stays(mails, inside, acme):
    raw = letter(STRANGER)
    keys = [intake.deliver(way + raw, "acme@mail.localhost", via="test") for way in (b"", b"Received: twice\n")]
    tasks.ingest_inbound_email(acme.id, acme.generation, keys[0].hex)
    with inside(acme):
        first, copy = (Incoming.objects.get(pk=key) for key in keys)
        remind(jobs.TIDY, "all", clock.now())
    assert (first.state, copy.state) == ("filed", "twice")
    with later(91):
        tasks.tidy_mail(acme.id, acme.generation, "all")
    with inside(acme):
        assert list(Incoming.objects.values_list("pk", flat=True)) == [first.pk]
        assert CompanyStorage().open(first.kept_as).read() == raw
        assert not CompanyStorage().exists(copy.kept_as)
        assert Due.objects.filter(job=jobs.TIDY).count() == 1  # again tomorrow
