"""Groups of a provider or a directory give roles, as owners have said; never to or from an owner, and nobody else's
word does."""

import pytest

from portico.errors import Forbidden, Invalid, Missing
from portico.standing import Standing
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import actions as people
from tenant_apps.people import roles
from tenant_apps.people.models import Team
from tenant_apps.sso import actions, mapping
from tenant_apps.sso.actions import Wish
from tenants import routing
from tenants.models import Company
from tests.sso.test_scim import GROUPS, USERS, nia, patch, scim

__all__ = ["scim"]
LEADS, SUPPORT = ("Leads", "manager"), ("Support", "agent")


@pytest.fixture
def mapped(inside, acme, olga, connect):
    """`mapped(("Leads", "manager"), …)` = these groups give these roles at a connection that is made for it."""

    def ask(*rows, connection=None, **wish):
        connection = connection or connect(**wish)
        with inside(acme):
            return mapping.map_groups(connection.pk, rows, by=olga)

    return ask


@pytest.fixture
def role_of(inside, acme):
    """`role_of("mia")` = the role of whoever has this address at Acme."""

    def ask(name):
        with inside(acme):
            return roles.key_of(User.objects.get(email=f"{name}@acme.example"))

    return ask


@pytest.fixture
def comes(op, go, visitor):
    """`comes(connection, "mia", ["Leads"])` = she signs in, and the provider says that she is in these groups."""

    def ask(connection, name, groups):
        more = {} if groups is None else {"groups": groups}
        op.know(f"{name}-1", email=f"{name}@acme.example", email_verified=True, **more)
        return go(visitor("acme"), connection, f"{name}-1")

    return ask


def test_at_each_sign_in_a_group_gives_its_role_and_leaving_it_takes_it(mapped, comes, role_of, proven, inside, acme):
    connection = mapped(LEADS, SUPPORT)
    assert comes(connection, "mia", ["support ", "Choir"])["Location"] == "/manager/inbox"
    assert role_of("mia") == "agent"
    for groups, role in (
        (["Support", "LEADS"], "manager"),
        (["Support"], "agent"),
        ([], "member"),
        (["Choir"], "member"),
    ):
        comes(connection, "mia", groups)
        assert role_of("mia") == role
    with inside(acme):
        told = Event.objects.filter(verb="person.role.update").order_by("id")
        assert [one.facts["after"] for one in told] == ["agent", "manager", "agent", "member"]
        assert {(one.actor_kind, one.actor_label) for one in told} == {("system", "Acme ID")}


def test_what_people_gave_stays_where_no_group_has_a_say(mapped, comes, connect, role_of, proven):
    comes(connect(name="Plain"), "ben", ["Leads"])
    connection = mapped(LEADS)
    comes(connection, "ben", ["Support"])
    comes(connection, "ben", None)
    assert role_of("ben") == "agent"
    comes(mapped(connection=connection), "ben", ["Leads"])  # nothing is mapped any more
    assert role_of("ben") == "agent"


def test_owners_are_neither_made_nor_unmade(mapped, comes, inside, acme, olga, role_of, proven, op, go, client_for):
    connection = mapped(SUPPORT)
    with inside(acme), pytest.raises(Invalid):
        mapping.map_groups(connection.pk, [("Leads", "owner")], by=olga)
    client = client_for("olga")
    op.know("olga-1", email="olga@acme.example", email_verified=True, groups=["Support"])
    client.post("/account/sign-in", {"connection": str(connection.pk)})
    go(client, connection, "olga-1")
    comes(connection, "olga", ["Support"])
    assert role_of("olga") == "owner"


def test_somebody_new_is_what_their_group_says_and_nobody_new_comes_in_for_it(mapped, comes, role_of, proven):
    comes(mapped(SUPPORT), "nia", ["Support"])
    assert role_of("nia") == "agent"
    closed = mapped(SUPPORT, default_role="", name="Closed")
    assert "not_here" in comes(closed, "new", ["Support"]).content.decode()


def test_a_full_plan_keeps_nobody_out(mapped, comes, role_of, proven, inside, outside, acme, settings):
    settings.STRIPE_KEY = "sk_test_none"
    with outside():  # the free plan has room for three who answer, and three are there
        Company.objects.filter(pk=acme.id).update(billing=Standing("free", "free").as_json())
    routing.forget()
    assert comes(mapped(SUPPORT), "mia", ["Support"]).status_code == 302
    assert role_of("mia") == "member"
    with inside(acme):
        assert Event.objects.filter(verb="sso.role.full").count() == 1


def test_only_owners_say_which_group_gives_what_and_only_of_their_own_company(
    mapped, inside, acme, borealis, ada, olga, odd, client_for, connect
):
    connection = mapped(LEADS)
    where = f"/manager/settings/connections/{connection.pk}"
    with inside(acme), pytest.raises(Forbidden):
        mapping.map_groups(connection.pk, [SUPPORT], by=ada)
    with inside(borealis), pytest.raises(Missing):
        mapping.map_groups(connection.pk, [SUPPORT], by=odd)
    with inside(acme), pytest.raises(Missing):
        mapping.map_groups(connect("google", client_id="a", secret="b").pk, [SUPPORT], by=olga)  # noqa: S106
    olga = client_for("olga")
    sent = {"group": ["Leads", "Support", "", ""], "role": ["manager", "agent", "owner", "owner"]}
    assert olga.post(f"{where}/groups", sent)["Location"] == where
    page = olga.get(where).content.decode()
    assert ('value="Leads"' in page, 'value="Support"' in page) == (True, True)
    for wrong in ({"group": ["A", "a"], "role": ["agent", "agent"]}, {"group": ["A"], "role": ["owner"]}):
        assert olga.post(f"{where}/groups", wrong).status_code == 422
    assert client_for("ada").post(f"{where}/groups", sent).status_code == 403
    assert "Support" in client_for("ada").get(where).content.decode()


def test_changing_the_connection_keeps_its_groups_and_microsofts_need_a_directory(
    mapped, connect, inside, acme, olga, op
):
    connection = mapped(LEADS)
    with inside(acme):
        changed = actions.change(connection.pk, Wish("Other", "acme", issuer=op.issuer), by=olga)
        assert mapping.given_by(changed) == [list(LEADS)]
        anybodys = connect("microsoft", name="M", client_id="a", secret="b", issuer="")  # noqa: S106
    with inside(acme), pytest.raises(Invalid, match="marked"):
        mapping.map_groups(anybodys.pk, [LEADS], by=olga)


def test_a_directory_gives_and_takes_roles_by_its_groups(scim, mapped, role_of):
    made = scim("post", USERS, nia())[1]
    leads = scim("post", GROUPS, {"displayName": "Leads", "members": [{"value": made["id"]}]})[1]
    where = f"{GROUPS}/{leads['id']}"
    assert role_of("nia") == "member"  # nothing was mapped

    mapped(LEADS)
    scim("patch", f"{USERS}/{made['id']}", patch({"op": "replace", "path": "displayName", "value": "Nia Berg"}))
    assert role_of("nia") == "manager"
    scim("put", f"{USERS}/{made['id']}", nia(roles=[{"value": "agent"}]))
    assert role_of("nia") == "manager"
    scim("patch", where, patch({"op": "replace", "path": "displayName", "value": "Choir"}))
    assert role_of("nia") == "member"
    scim("put", where, {"displayName": "leads", "members": [{"value": made["id"]}]})
    assert role_of("nia") == "manager"
    scim("patch", where, patch({"op": "remove", "path": f'members[value eq "{made["id"]}"]'}))
    assert role_of("nia") == "member"
    scim("patch", where, patch({"op": "add", "path": "members", "value": [{"value": made["id"]}]}))
    assert role_of("nia") == "manager"
    assert scim("delete", where)[0] == 204
    assert role_of("nia") == "member"


def test_whoever_keeps_teams_here_makes_no_managers_by_it(scim, mapped, role_of, inside, acme, olga, ada, ben, mia):
    """Ben is put into the team of a group by hand; another group's team is given its name. Pushes follow."""
    mapped(LEADS)
    leads = scim("post", GROUPS, {"displayName": "Leads", "members": []})[1]
    staff = scim("post", GROUPS, {"displayName": "Staff", "members": []})[1]
    with inside(acme):
        people.set_members(Team.objects.get(pk=leads["id"]), [ben.id], by=ada)
    scim("patch", f"{GROUPS}/{leads['id']}", patch({"op": "add", "path": "members", "value": [{"value": str(mia.id)}]}))
    assert (role_of("ben"), role_of("mia")) == ("agent", "manager")

    scim("patch", f"{GROUPS}/{leads['id']}", patch({"op": "remove", "path": "members"}))
    with inside(acme):
        people.change_team(Team.objects.get(pk=leads["id"]), name="Choir", is_active=True, by=ada)
        people.change_team(Team.objects.get(pk=staff["id"]), name="Leads", is_active=True, by=ada)
    scim("patch", f"{GROUPS}/{staff['id']}", patch({"op": "add", "path": "members", "value": [{"value": str(ben.id)}]}))
    assert (role_of("ben"), role_of("mia")) == ("agent", "member")


def test_what_the_directory_said_is_not_undone_by_a_provider_that_says_nothing(
    scim, mapped, comes, role_of, mia, proven
):
    connection = mapped(LEADS)
    scim("post", GROUPS, {"displayName": "Leads", "members": [{"value": str(mia.id)}]})
    comes(connection, "mia", [])
    assert role_of("mia") == "manager"
