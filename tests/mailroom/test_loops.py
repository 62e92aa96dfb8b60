"""Machines that answer each other stop: two desks of ours, and a foreign one that answers everything."""

from collections import Counter
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr

from tenant_apps.mailroom import intake
from tenant_apps.mailroom.actions import channels
from tests.mailroom.letters import STRANGER, letter, report

ROBOT = "robot@elsewhere.example"


def is_answered(mail):
    return mail.state == "filed" and mail.why["may_answer"]


def test_a_robot_that_answers_every_answer_is_stopped_within_five(bring):
    sent = 0
    while sent < 20:
        sent += 1
        if not is_answered(bring(letter(ROBOT, subject=f"Your mail {sent} was received"))):
            break
    assert sent <= 6  # the sixth is not answered any more


def test_two_desks_of_ours_never_answer_each_others_notices(bring, acme, borealis):
    assert not is_answered(bring(letter("borealis@mail.localhost")))
    notice = {"Auto_Submitted": "auto-generated", "Message_ID": "<1@mail.localhost>"}
    raw = letter("acme@mail.localhost", to="borealis@mail.localhost", **notice)
    assert not is_answered(bring(raw, "borealis@mail.localhost", borealis))


def test_a_report_and_an_absence_note_are_never_answered(bring):
    for fields in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "auto_reply"}, {"X_Autoreply": "yes"}):
        assert not is_answered(bring(letter(ROBOT, **fields)))
    assert not is_answered(bring(letter("mailer-daemon@elsewhere.example"), null_sender=True))


def test_a_person_is_thanked_and_a_machine_is_not(bring, mails):
    bring(letter(STRANGER))
    bring(letter(ROBOT, Auto_Submitted="auto-generated"))
    told = " ".join(one["To"] for one in mails())
    assert (told.count(STRANGER), told.count(ROBOT)) == (1, 0)


def test_a_report_reaches_the_letter_that_came_back(bring, mails, inside, acme):
    from shared_apps.mail.models import Outgoing, Suppressed

    bring(letter(STRANGER))
    (thanks,) = [one for one in mails() if STRANGER in one["To"]]
    told = bring(report(thanks["Message-ID"], STRANGER), null_sender=True)

    assert (told.state, told.why["why"]) == ("noted", "bounce")
    with inside(acme):
        assert Outgoing.objects.get(message_id=thanks["Message-ID"]).state == "bounced"
        assert Suppressed.objects.get().address == STRANGER


def test_two_desks_of_ours_and_a_robot_stop_within_five_mails(bring, mails, inside, acme, ada, borealis, bo):
    """Each writes to each; addresses of the desks elsewhere are forwarded here. The robot answers everything."""
    homes = {"help@acme.example": acme, "help@borealis.example": borealis, ROBOT: None}
    for company, who in ((acme, ada), (borealis, bo)):
        with inside(company):
            channels.keep(None, {"name": "Help", "address": f"help@{company.slug}.example", "way": "forward"}, by=who)
    on_the_way = [(letter(one, to=other), homes[one], other) for one in homes for other in homes if one != other]
    exchanged, known = Counter(), 0
    while on_the_way:
        raw, sender, to = on_the_way.pop(0)
        company = homes[to] if to in homes else intake.find(to).company
        exchanged[frozenset([sender, company])] += 1
        assert max(exchanged.values()) <= 5, exchanged
        if company is None:
            on_the_way.append(said_by_robot(raw))
        else:
            bring(raw, f"{company.slug}@mail.localhost" if to in homes else to, company)
        sent = mails()
        on_the_way += [told(one, acme, borealis) for one in sent[known:] if is_of_them(one, homes)]
        known = len(sent)
    assert sum(exchanged.values()) > 6  # somebody did answer


def is_of_them(mail, homes):
    """Letters to people of the desks are read by people."""
    to = parseaddr(mail["To"])[1]
    return to in homes or to.endswith("@mail.localhost")


def told(mail, *companies):
    name, to = parseaddr(mail["From"])[0], parseaddr(mail["To"])[1]
    return mail.as_bytes(), next(one for one in companies if one.name == name), to


def said_by_robot(raw):
    """What the worst of all robots says: a new mail each time, which owns up to nothing."""
    said = BytesParser(policy=policy.default).parsebytes(raw)
    to = parseaddr(said["Reply-To"] or said["From"])[1]
    return letter(ROBOT, to=to, subject=f"Re: {said['Subject']}", In_Reply_To=str(said["Message-ID"])), None, to
