"""Roles of the company's own making: what they allow, and that nobody gives more than they have."""

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.people import actions
from tenant_apps.people.actions.inviting import Wish
from tenant_apps.tickets import access
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets.models import Ticket


def actor(who):
    return actor_of(User.objects.get(pk=who.id))


def lead(by, *may, name="Lead", base="agent"):
    return actions.save_role("", name, base, may, by=by)[0]


def test_a_role_allows_what_is_ticked_and_holds_from_the_next_request(inside, acme, wish, ada, ben, olga):
    ticket = wish()
    with inside(acme):
        desk.assign(ticket, desk.Assignee(olga.id, olga.label), by=ada)
        assert not Ticket.objects.visible_to(ben, "company").exists()
        role = lead(ada, "see_all", "assign_others")
        actions.change_role(ben.id, role.key, by=ada)
        assert User.objects.get(pk=ben.id).role_label == "Lead"
        desk.assign(Ticket.objects.get(), desk.Assignee(ben.id, ben.label), by=actor(ben))
        _, event = actions.save_role(role.key, "Lead of all", "agent", ["see_all"], by=ada)
        assert not access.may(actor(ben), "assign_others", "company")
        actions.undo(event, by=ada)
        assert access.may(actor(ben), "assign_others", "company")
        assert not access.may(actor(ben), "assign_others", "platform")
        assert not access.may(actor(ben), "configure", "company")


def test_nobody_gives_more_than_they_have(inside, acme, ada, ben, mia):
    with inside(acme):
        strong, weak = lead(ada, "manage_people", "delete", name="Strong"), lead(ada, "manage_people", name="Weak")
        actions.change_role(ben.id, weak.key, by=ada)
        keeper = actor(ben)
        actions.invite("nia@x.example", Wish(weak.key), by=keeper)
        for attempt in (
            lambda: actions.invite("per@x.example", Wish(strong.key), by=keeper),
            lambda: actions.invite("per@x.example", Wish("manager"), by=keeper),
            lambda: actions.change_role(mia.id, strong.key, by=keeper),
            lambda: actions.change_role(ada.id, "agent", by=keeper),
            lambda: lead(keeper, "delete", name="Mine"),
        ):
            with pytest.raises(Forbidden):
                attempt()
        actions.change_role(mia.id, strong.key, by=ada)
        with pytest.raises(Forbidden):
            actions.deactivate(mia.id, None, by=keeper)


def test_an_invitation_gives_what_its_role_is_by_now_if_its_inviter_has_that(inside, acme, ada, ben):
    with inside(acme):
        weak = lead(ada, "manage_people", name="Weak")
        other = lead(ada, name="Other")
        actions.change_role(ben.id, weak.key, by=ada)
        _, code = actions.invite("nia@x.example", Wish(other.key), by=actor(ben))
        actions.save_role(other.key, "Other", "agent", ["delete"], by=ada)
        with pytest.raises(Missing):
            actions.accept(code, "Nia", "a quiet harbour")
        actions.save_role(other.key, "Other", "agent", [], by=ada)
        assert actions.accept(code, "Nia", "a quiet harbour").profile["role"]["key"] == other.key


@pytest.mark.parametrize(
    ("name", "base", "may", "part"),
    [
        ("", "agent", [], "name"),
        ("Manager", "agent", [], "name"),
        ("Mine", "owner", [], "base"),
        ("Mine", "manager", [], "base"),
        ("Mine", "agent", ["fly"], "may"),
        ("Mine", "member", ["delete"], "may"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_part(inside, acme, ada, name, base, may, part):
    with inside(acme):
        with pytest.raises(Invalid) as wrong:
            lead(ada, *may, name=name, base=base)
        assert part in wrong.value.fields


def test_a_role_that_somebody_has_stays(inside, acme, ada, ben):
    with inside(acme):
        role = lead(ada, "delete")
        actions.change_role(ben.id, role.key, by=ada)
        with pytest.raises(Refused, match="Somebody is"):
            actions.drop_role(role.key, by=ada)
        actions.change_role(ben.id, "agent", by=ada)
        actions.undo(actions.drop_role(role.key, by=ada), by=ada)
        with pytest.raises(Forbidden):
            actions.drop_role(role.key, by=ben)
