"""Invitations of a company: mailed, good once, and worth what their inviter may do."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from portico import clock
from portico.errors import Forbidden, Invalid, Missing, Refused, TooMany
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import actions
from tenant_apps.people.actions.inviting import Wish
from tenant_apps.people.models import Contact, Invitation
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets.models import Ticket
from tests.people.conftest import NAME, PASSWORD, link_of


def joined(code):
    return actions.accept(code, NAME, PASSWORD)


def test_an_invited_person_joins_with_role_teams_and_what_they_asked_before(inside, acme, ada, mails):
    with inside(acme):
        team, _ = actions.add_team("Night", by=ada)
        contact = Contact.objects.create(name="Nia", email="nia@x.example")
        asker = desk.Requester(contact.pk, "Nia", contact.email, is_contact=True)
        wish = desk.open_ticket(subject="Lamp", description="Dark.", desk="company", by=ada, requester=asker)
        made, code = actions.invite(" Nia@X.example ", Wish("agent", teams=[str(team.pk)]), by=ada)
    (mail,) = [one for one in mails() if "invit" in one["Subject"].lower()]
    assert mail["To"] == "nia@x.example"
    assert link_of(mail) == f"/invitation/{code}"
    with inside(acme):
        user = joined(code)
        assert (user.email, user.role, user.name, user.profile) == (
            "nia@x.example",
            "agent",
            NAME,
            {"teams": [str(team.pk)]},
        )
        assert user.check_password(PASSWORD)
        assert Ticket.objects.get(pk=wish.pk).requester_id == user.pk
        assert code not in str(list(Event.objects.values("facts"))) + str(list(Invitation.objects.values()))


def test_somebody_proven_elsewhere_joins_without_a_password(inside, acme, invited):
    _, code = invited()
    with inside(acme):
        assert not actions.accept(code, NAME, None).has_usable_password()


@pytest.mark.parametrize("name", ["ben", "mia", "cleo", "lin", "omar"])
def test_only_owners_and_managers_invite(inside, acme, actor_for, name):
    actor = actor_for(name)
    with inside(acme), pytest.raises(Forbidden):
        actions.invite("nia@x.example", Wish("customer"), by=actor)


def test_nobody_invites_above_themselves(inside, acme, ada, olga, invited):
    with inside(acme), pytest.raises(Forbidden, match="more than your own"):
        actions.invite("nia@x.example", Wish("owner"), by=ada)
    made, _ = invited(role="owner", by=olga)
    with inside(acme):
        for attempt in (actions.revoke, actions.resend):
            with pytest.raises(Forbidden, match="above your own"):
                attempt(made.pk, by=ada)
        with pytest.raises(Forbidden, match="above your own"):
            actions.invite("nia@x.example", Wish("customer"), by=ada)


@pytest.mark.parametrize("what", ["used", "revoked", "sent again", "invited again", "too old", "elsewhere"])
def test_a_link_that_is_over_is_as_if_there_had_been_none(inside, acme, borealis, ada, invited, what):
    made, code = invited()
    at = acme
    with inside(acme):
        if what == "used":
            joined(code)
        elif what == "revoked":
            actions.revoke(made.pk, by=ada)
        elif what == "sent again":
            actions.resend(made.pk, by=ada)
        elif what == "invited again":
            actions.invite(made.email, Wish("member"), by=ada)
        else:
            at = borealis if what == "elsewhere" else acme
    late = made.created_at + timedelta(days=7, seconds=1) if what == "too old" else clock.now()
    with inside(at), clock.at(late), pytest.raises(Missing) as no:
        joined(code)
    assert no.value.code == "invitation_over"


@pytest.mark.parametrize("what", ["deactivated", "lowered"])
def test_a_link_is_worth_what_its_inviter_may_do_by_now(inside, acme, ada, olga, invited, what):
    made, code = invited(role="manager")
    with inside(acme):
        if what == "deactivated":
            actions.deactivate(ada.id, None, by=olga)
        else:
            actions.change_role(ada.id, "agent", by=olga)
        with pytest.raises(Missing):
            joined(code)
        actions.resend(made.pk, by=olga)  # whoever sends it again answers for it


def test_who_has_an_account_is_not_invited(inside, acme, ada, ben):
    with inside(acme):
        actions.deactivate(ben.id, None, by=ada)
        for email, words in {"MIA@acme.example": "is here already", "ben@acme.example": "Bring them back"}.items():
            with pytest.raises(Invalid) as no:
                actions.invite(email, Wish("agent"), by=ada)
            assert words in no.value.fields["email"][0]


def test_several_at_once_are_taken_or_refused_alone(inside, acme, ada, mails):
    with inside(acme):
        text = "nia@x.example, per@x.example; nia@x.example\nnobody\nmia@acme.example"
        outcome = actions.invite_several(text, Wish("agent"), by=ada)
        assert [one.email for one in outcome.invited] == ["nia@x.example", "per@x.example"]
        assert [email for email, _ in outcome.refused] == ["nobody", "mia@acme.example"]
        for text in ("", " ,\n;", "\n".join(f"a{n}@x.example" for n in range(actions.MOST_AT_ONCE + 1))):
            with pytest.raises(Invalid):
                actions.invite_several(text, Wish("agent"), by=ada)
    assert len(mails()) == 2


def test_the_mail_is_sent_again_a_few_times_a_day(inside, acme, ada, invited, mails):
    made, _ = invited()
    with inside(acme):
        for _ in range(5):
            actions.resend(made.pk, by=ada)
        with pytest.raises(TooMany):
            actions.resend(made.pk, by=ada)
        actions.revoke(made.pk, by=ada)
        with pytest.raises(Refused):
            actions.resend(made.pk, by=ada)
    assert len({link_of(one) for one in mails()}) == 6


def test_of_two_who_use_a_link_at_once_one_joins(inside, acme, invited):
    _, code = invited()
    outcomes, gate = [], threading.Barrier(2, timeout=20)

    def use():
        gate.wait()
        try:
            with inside(acme):
                joined(code)
            outcomes.append("joined")
        except Missing:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["joined", "refused"]
    with inside(acme):
        assert actor_of(User.objects.get(email="nia@x.example")).role == "agent"
