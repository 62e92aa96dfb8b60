"""Canned replies, macros and saved views where the work is."""

import pytest

from tenant_apps.tickets import actions


@pytest.fixture
def kept(inside, acme, ada):
    """`kept("reply", "Greeting", {"text": "Hello"})` = a recipe of the whole company."""

    def keep(kind, name, content):
        with inside(acme):
            recipe, _ = actions.add_recipe(kind, name, content, by=ada, scope="company")
        return recipe

    return keep


def test_a_canned_reply_comes_into_the_field_behind_what_stands_there(client_for, wish, kept):
    ticket, ben = wish(), client_for("ben")
    recipe = kept("reply", "Sorry", {"text": "Dear {{first_name}}, sorry about {{number}}."})
    place = f"/manager/inbox/{ticket.pk}/use"
    assert f"Dear Cleo, sorry about {ticket.number}." in ben.get(place).content.decode()

    ben.post(place, {"recipe": str(recipe.pk), "body": "Hm.", "mode": "reply"})

    page = ben.get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert f"Hm.\n\nDear Cleo, sorry about {ticket.number}.</textarea>" in page


def test_a_macro_says_what_it_would_do_and_does_it(client_for, wish, kept, now):
    ticket, ben = wish(), client_for("ben")
    steps = [{"do": "assign", "to": "me"}, {"do": "tags_add", "tags": ["lamp"]}]
    recipe = kept("macro", "Mine", {"steps": steps})
    place = f"/manager/inbox/{ticket.pk}/use"
    page = ben.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "Take it" in page
    assert "Add lamp" in page

    assert ben.post(place, {"recipe": str(recipe.pk)}).status_code == 302
    assert (now(ticket).assignee_name, now(ticket).tags) == ("Ben Ode", ["lamp"])


def test_a_step_of_a_macro_that_is_refused_undoes_all_and_is_named(client_for, wish, kept, now):
    ticket = wish()
    recipe = kept("macro", "Wrong", {"steps": [{"do": "tags_add", "tags": ["x"]}, {"do": "status", "to": "resolved"}]})
    page = client_for("ben").post(f"/manager/inbox/{ticket.pk}/use", {"recipe": str(recipe.pk)})
    assert page.status_code == 403
    assert now(ticket).tags == []


def test_a_saved_view_stands_among_the_views(client_for, kept):
    kept("view", "Urgent lamps", {"filters": {"view": "open", "tag": "lamp"}})
    assert "Urgent lamps" in client_for("ben").get("/manager/inbox").content.decode()


def test_another_companys_recipe_is_missing(client_for, wish, kept, inside, borealis, bo):
    with inside(borealis):
        foreign, _ = actions.add_recipe("reply", "Theirs", {"text": "Hei"}, by=bo, scope="company")
    words = {"recipe": str(foreign.pk)}
    assert client_for("ben").post(f"/manager/inbox/{wish().pk}/use", words).status_code == 404


def test_where_there_are_none_the_way_to_make_some_is_shown(client_for, wish):
    page = client_for("ben").get(f"/manager/inbox/{wish().pk}/use").content.decode()
    assert [f'href="/manager/settings/recipes/{kind}"' in page for kind in ("replies", "macros")] == [True, True]
