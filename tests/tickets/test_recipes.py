"""Recipes: whose they are, what may stand in them, and macros that do everything or nothing."""

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from tenant_apps.people import actions as people
from tenant_apps.tickets import actions, recipes
from tenant_apps.tickets.actions import recipes as keeping
from tenant_apps.tickets.models import Message, Recipe, Ticket

REPLY = {"text": "Dear {{first_name}}, {{number}} is with {{agent}} of {{company}}."}
LOANER = [
    {"do": "assign", "to": "me"},
    {"do": "reply", "text": "Dear {{first_name}}, a loaner is on its way."},
    {"do": "note", "text": "Loaner sent for {{number}}."},
    {"do": "tags_add", "tags": ["Loaner"]},
    {"do": "urgency", "to": "high"},
    {"do": "department", "to": "technical"},
    {"do": "status", "to": "pending_customer"},
    {"do": "snooze", "hours": 48},
]


def made(by, kind="reply", name="Greeting", content=None, **more):
    content = content or {"reply": REPLY, "macro": {"steps": LOANER}}[kind]
    return actions.add_recipe(kind, name, content, by=by, **more)[0]


def offered(actor, kind="reply"):
    return [one.name for one in recipes.for_actor(actor, kind)]


def test_personal_team_and_company_recipes_are_offered_to_whom_they_are_for(inside, acme, ada, ben, cleo, actor_for):
    with inside(acme):
        team, _ = people.add_team("Night", by=ada)
        made(ben, name="Mine")
        made(ada, name="Night only", scope="team", team=team.pk)
        made(ada, name="Everybody", scope="company")
        assert (offered(ben), offered(ada), offered(cleo)) == (["Everybody", "Mine"], ["Everybody"], [])
        people.set_members(team, [ben.id], by=ada)
    ben = actor_for("ben")
    with inside(acme):
        assert offered(ben) == ["Everybody", "Mine", "Night only"]
        assert {one.name for one in recipes.seen_by(ada)} == {"Everybody", "Night only"}


def test_agents_keep_their_own_and_nobody_elses(inside, acme, ada, ben, cleo, lin):
    with inside(acme):
        mine, shared = made(ben), made(ada, scope="company")
        with pytest.raises(Forbidden, match="manager"):
            made(ben, scope="company")
        with pytest.raises(Forbidden, match="manager"):
            actions.change_recipe(shared, {"name": "Taken over"}, by=ben)
        with pytest.raises(Forbidden):
            actions.change_recipe(mine, {"scope": "company"}, by=ben)
        with pytest.raises(Missing):
            actions.change_recipe(mine, {"name": "Read by Ada"}, by=ada)
        for stranger in (cleo, lin):
            with pytest.raises(Forbidden):
                made(stranger)
        actions.change_recipe(mine, {"name": "Hello"}, by=ben)
        assert offered(ben) == ["Greeting", "Hello"]


def test_words_are_filled_in_and_escaped_where_they_are_read_as_html(inside, acme, wish, ben):
    ticket = wish(subject="<b>Lamp</b>")
    with inside(acme):
        text = "Dear {{first_name}} ({{ requester }}): {{subject}}, {{number}}. {{agent}}, {{company}}"
        assert recipes.render(text, ticket, ben) == (
            f"Dear Cleo (Cleo Marsh): <b>Lamp</b>, {ticket.number}. Ben Ode, Acme"
        )
        assert "&lt;b&gt;Lamp&lt;/b&gt;" in recipes.render(text, ticket, ben, html=True)


def test_a_macro_says_what_it_would_do_and_does_it(inside, acme, wish, ben):
    ticket = wish()
    with inside(acme):
        macro = made(ben, "macro", "Send a loaner")
        assert recipes.preview(macro, ticket, ben) == [
            "Take it",
            "Reply: Dear Cleo, a loaner is on its way.",
            f"Note for colleagues: Loaner sent for {ticket.number}.",
            "Add loaner",
            "Set the urgency to high",
            "Move it to Technical",
            "Move it to Waiting for customer",
            "Let it rest for 2 days",
        ]
        done = actions.run_macro(ticket, macro, by=ben, seen_version=ticket.version)
        assert (done.status, done.tags, done.urgency) == ("pending_customer", ["loaner"], "high")
        assert (done.department, done.assignee_id, done.is_snoozed) == ("technical", ben.id, True)
        assert Message.objects.of(done).filter(is_internal=True).count() == 1


def test_one_refused_step_undoes_the_whole_macro_and_is_named(inside, acme, wish, ben):
    ticket = wish(type="engineering")
    with inside(acme):
        macro = made(ben, "macro", "Send a loaner")
        with pytest.raises(Refused) as refused:
            actions.run_macro(ticket, macro, by=ben)
        assert "“Send a loaner” was not used, nothing was changed. Step 7" in refused.value.message
        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.version, found.tags, found.messages.count()) == (ticket.version, [], 1)


def test_a_macro_of_others_or_an_outdated_look_is_refused(inside, acme, wish, ada, ben, cleo):
    ticket = wish()
    with inside(acme):
        private, shared = made(ada, "macro"), made(ada, "macro", scope="company")
        with pytest.raises(Missing):
            actions.run_macro(ticket, private, by=ben)
        with pytest.raises(Forbidden):
            actions.run_macro(ticket, shared, by=cleo)
        with pytest.raises(Refused, match="meanwhile"):
            actions.run_macro(ticket, shared, by=ben, seen_version=99)
        actions.change_recipe(shared, {"is_active": False}, by=ada)
        with pytest.raises(Missing):
            actions.run_macro(ticket, shared, by=ben)


def test_a_macro_for_somebody_who_left_or_a_team_that_is_gone_says_so(inside, acme, wish, ada, ben):
    from shared_apps.accounts.models import User

    ticket = wish()
    with inside(acme):
        team, _ = people.add_team("Night", by=ada)
        to_ben = made(ada, "macro", content={"steps": [{"do": "assign", "to": str(ben.id)}]})
        to_team = made(ada, "macro", content={"steps": [{"do": "team", "to": str(team.pk)}]})
        assert actions.run_macro(ticket, to_team, by=ada).team_id == team.pk
        people.change_team(team, is_active=False, by=ada)
        User.objects.filter(pk=ben.id).update(is_active=False)
        for macro, words in ((to_ben, "answer here any more"), (to_team, "no such team")):
            with pytest.raises(Refused, match=words):
                actions.run_macro(ticket, macro, by=ada)
        assert "not here any more" in recipes.preview(to_ben, ticket, ada)[0]
        assert Ticket.objects.get(pk=ticket.pk).team_id == team.pk


@pytest.mark.parametrize(
    ("kind", "content", "part"),
    [
        ("reply", {"text": ""}, "text"),
        ("reply", {"text": "Dear {{customer_password}}"}, "text"),
        ("reply", {"text": "x" * 20_001}, "text"),
        ("reply", {"text": "a", "keyword": "k" * 31}, "keyword"),
        ("reply", "text", "content"),
        ("macro", {"steps": []}, "steps"),
        ("macro", {"steps": [{"do": "assign", "to": "me"}] * 21}, "steps"),
        ("macro", {"steps": [{"do": "explode"}]}, "steps.1.do"),
        ("macro", {"steps": [{"do": ["reply"]}]}, "steps.1.do"),
        ("macro", {"steps": [{"do": "reply", "text": "{{x}}"}]}, "steps.1.text"),
        ("macro", {"steps": [{"do": "status", "to": "nowhere"}]}, "steps.1.to"),
        ("macro", {"steps": [{"do": "assign", "to": "ben"}]}, "steps.1.to"),
        ("macro", {"steps": [{"do": "assign", "to": ["me"]}]}, "steps.1.to"),
        ("macro", {"steps": [{"do": "department", "to": "moon"}]}, "steps.1.to"),
        ("macro", {"steps": [{"do": "snooze", "hours": -1}]}, "steps.1.hours"),
        ("macro", {"steps": [{"do": "tags_add", "tags": []}]}, "steps.1.tags"),
        ("template", {"type": "support"}, "type"),
        ("template", {"subject": "About {{number}}"}, "subject"),
        ("template", {"department": "moon"}, "department"),
        ("template", {"checklist": ["x"] * 51}, "checklist"),
        ("template", {"fields": {"a": "x" * 3_000}}, "fields"),
        ("view", {"filters": {}}, "filters"),
        ("view", {"filters": {"<b>": "1"}}, "filters"),
        ("view", {"filters": {"q": "x" * 201}}, "filters"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_part(inside, acme, ben, kind, content, part):
    with inside(acme):
        with pytest.raises(Invalid) as wrong:
            made(ben, kind, content=content)
        assert part in wrong.value.fields
        assert not Recipe.objects.exists()


def test_the_second_of_two_is_told_and_a_change_is_undone(inside, acme, ada, olga):
    with inside(acme):
        recipe, _ = actions.add_recipe("reply", "Greeting", REPLY, by=ada, scope="company")
        seen = keeping.mark_of(recipe)
        event = actions.change_recipe(recipe, {"name": "Hello"}, by=ada, seen=seen)
        with pytest.raises(Refused, match="meanwhile"):
            actions.change_recipe(recipe, {"name": "Hi"}, by=olga, seen=seen)
        keeping.undo_recipe(event, by=ada)
        assert Recipe.objects.get().name == "Greeting"
        with pytest.raises(Refused, match="again since"):
            keeping.undo_recipe(event, by=ada)


def test_templates_and_views_keep_what_they_are_given(inside, acme, ben):
    with inside(acme):
        template = {"subject": "Return of {{first_name}}", "type": "simple", "tags": ["Return"], "checklist": ["Label"]}
        kept = made(ben, "template", "Return", template).content
        assert (kept["tags"], kept["type"], kept["description"]) == (["return"], "simple", "")
        draft = recipes.draft(Recipe.objects.get(), ben, "Cleo Marsh")
        assert (draft["subject"], draft["checklist"]) == ("Return of Cleo", [{"text": "Label", "done": False}])
        view = made(ben, "view", "Urgent", {"filters": {"urgency": "critical", "q": "a b&c"}})
        assert recipes.query(view) == "?urgency=critical&q=a+b%26c"
