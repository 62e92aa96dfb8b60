"""Machines that answer each other stop: two desks of ours, and a foreign one that answers everything."""

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
