"""The pages of recipes: steps without scripts, previews as part and JSON, and whose they are."""

import json

import pytest

from tenant_apps.tickets import actions, recipes
from tenant_apps.tickets.models import Recipe
from tests.desk.setup.test_pages import HOME, said


@pytest.fixture
def recipe(acme, inside, ada, ben):
    """`recipe(by, kind, content)` = one that is kept."""

    def keep(by=ada, kind="macro", content=None, scope="company"):
        steps = {"steps": [{"do": "assign", "to": "me"}, {"do": "reply", "text": "Dear {{first_name}} <b>"}]}
        with inside(acme):
            return actions.add_recipe(kind, "First aid", content or steps, by=by, scope=scope)[0]

    return keep


def test_a_macro_is_put_together_step_by_step_without_scripts(client_for, acme, inside):
    ben = client_for("ben")
    typed = {"name": "Loaner", "scope": "personal", "do-1": "reply", "value-1": "On its way, {{first_name}}."}

    page = ben.post(f"{HOME}recipes/macros/new", typed | {"add": "1", "more": "snooze"})
    assert 'name="do-2" value="snooze"' in page.content.decode()
    assert "On its way, {{first_name}}." in page.content.decode()
    more = {"do-2": "snooze", "value-2": "24", "place-2": "0", "do-3": "assign", "value-3": "me", "gone-3": "on"}
    ben.post(f"{HOME}recipes/macros/new", typed | more)

    with inside(acme):
        assert Recipe.objects.get().content["steps"] == [
            {"do": "snooze", "hours": 24},
            {"do": "reply", "text": "On its way, {{first_name}}."},
        ]


@pytest.mark.parametrize(
    ("kind", "typed", "content"),
    [
        ("replies", {"text": "Hello", "keyword": " Hi "}, {"text": "Hello", "keyword": "hi"}),
        ("views", {"address": "http://x/manager/inbox?status=open&cursor=1"}, {"filters": {"status": "open"}}),
        (
            "templates",
            {"subject": "Return", "type": "simple", "tags": "A, b", "checklist": "One\nTwo", "field-size": "L"},
            {"tags": ["a", "b"], "checklist": ["One", "Two"], "fields": {"size": "L"}, "type": "simple"},
        ),
    ],
)
def test_the_other_kinds_are_one_form_each(client_for, acme, inside, kind, typed, content):
    page = client_for("ben").post(f"{HOME}recipes/{kind}/new", {"name": "Mine"} | typed, follow=True)
    assert "Mine is there to be used." in said(page)
    with inside(acme):
        kept = Recipe.objects.get()
        assert {name: kept.content[name] for name in content} == content
    assert client_for("ben").get(f"{HOME}recipe/{kept.pk}").status_code == 200


def test_what_a_recipe_would_do_is_shown_as_part_and_as_json(client_for, wish, recipe):
    ticket, macro = wish(), recipe()
    address = f"{HOME}recipe/{macro.pk}/preview?ticket={ticket.pk}"

    part = client_for("ben").get(address).content.decode()
    answer = json.loads(client_for("ben").get(address, headers={"Accept": "application/json"}).content)

    assert "Reply: Dear Cleo &lt;b&gt;" in part
    assert answer["lines"] == ["Take it", "Reply: Dear Cleo <b>"]
    assert answer["ticket"] == ticket.number
    assert client_for("ben").get(f"{HOME}recipe/{macro.pk}/preview?ticket=none").status_code == 404


def test_recipes_stand_in_the_order_of_their_places(client_for, acme, inside, ben):
    typed = {"text": "Hello", "scope": "personal"}
    for name, place in (("A", "2"), ("B", "1"), ("C", "")):
        client_for("ben").post(f"{HOME}recipes/replies/new", typed | {"name": name, "position": place})
    refused = client_for("ben").post(f"{HOME}recipes/replies/new", typed | {"name": "D", "position": "first"})
    assert refused.status_code == 422
    with inside(acme):
        assert [one.name for one in recipes.for_actor(ben, "reply")] == ["C", "B", "A"]


def test_shared_ones_are_read_by_agents_and_changed_by_managers(client_for, recipe):
    shared = recipe()
    ben = client_for("ben")
    page = ben.get(f"{HOME}recipe/{shared.pk}")
    assert "a manager can change it" in said(page)
    assert "Save</button>" not in page.content.decode()
    assert ben.post(f"{HOME}recipe/{shared.pk}", {"part": "retire"}).status_code == 403
    page = ben.post(f"{HOME}recipes/replies/new", {"name": "x", "text": "y", "scope": "company"})
    assert (page.status_code, "You can keep it for yourself." in said(page)) == (422, True)
    answer = client_for("ada").post(f"{HOME}recipe/{shared.pk}", {"part": "retire"}, follow=True)
    assert "First aid is retired." in said(answer)


def test_personal_ones_are_nobody_elses(client_for, recipe, ben):
    mine = recipe(by=ben, kind="reply", content={"text": "Mine"}, scope="personal")
    for name in ("ada", "olga", "cleo"):
        assert client_for(name).get(f"{HOME}recipe/{mine.pk}").status_code == 404
        assert client_for(name).get(f"{HOME}recipe/{mine.pk}/preview").status_code == 404
    assert "First aid" not in said(client_for("ada").get(f"{HOME}recipes/replies"))
