"""Settings pages: plain forms that say what they did, refuse beside the part, and are undone."""

import re

import pytest

from portico.errors import Invalid
from shared_apps.accounts.models import User
from tenant_apps.people.models import Team
from tenant_apps.tickets import kinds, settings
from tenant_apps.tickets.models import Recipe

HOME = "/manager/settings/"
PAGES = ["", "brand", "departments", "types", "types/simple", "numbers", "files", "distribution", "teams", "people"]
PAGES += ["keys", "domains", "start"]
SHORTCUTS = ["macros", "replies", "templates", "views"]


@pytest.fixture
def ada_at(client_for):
    """Ada at a settings page: get and post by the end of its address."""
    client = client_for("ada")

    def go(page, sent=None):
        return client.get(HOME + page) if sent is None else client.post(HOME + page, sent, follow=True)

    return go


def said(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def version_of(page, name="version"):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_there_for_managers_and_for_nobody_else(client_for, page):
    for name, status in {"olga": 200, "ada": 200, "ben": 404, "mia": 404, "cleo": 404}.items():
        expected = 302 if (name, page) == ("ben", "") else status
        assert client_for(name).get(HOME + page).status_code == expected, name


@pytest.mark.parametrize("kind", SHORTCUTS)
def test_recipes_are_there_for_everybody_who_answers(client_for, kind):
    for name, status in {"ada": 200, "ben": 200, "mia": 404, "cleo": 404}.items():
        assert client_for(name).get(f"{HOME}recipes/{kind}").status_code == status
        assert client_for(name).get(f"{HOME}recipes/{kind}/new").status_code == status
    assert client_for("ada").get(f"{HOME}recipes/spells").status_code == 404


def test_departments_are_renamed_reordered_retired_and_added_in_one_form(ada_at, acme, inside):
    sent = {"version": "0", "name-billing": "Money", "place-billing": "0", "retired-sales": "on", "new": "Ideas"}

    page = ada_at("departments", sent)

    assert "The departments are as you set them." in said(page)
    with inside(acme):
        assert list(settings.departments().values()) == ["Money", "Technical", "General", "Ideas"]


def test_a_change_is_undone_by_the_button_beside_its_words(ada_at, client_for, acme, inside):
    page = ada_at("departments", {"version": "0", "name-billing": "Money"})
    undo = re.search(r'action="(/manager/settings/undo/[^"]+)"', page.content.decode())[1]

    assert "Undone." in said(client_for("ada").post(undo, follow=True))
    with inside(acme):
        assert settings.departments()["billing"] == "Billing"
    assert client_for("ada").post(undo).status_code == 409
    assert client_for("cleo").post(undo).status_code == 404
    assert client_for("ben").post(undo).status_code == 404


def test_the_second_of_two_managers_is_told(ada_at, client_for):
    ada_at("numbers", {"version": "0", "number_format": "A-{sequence}"})

    page = client_for("olga").post(f"{HOME}numbers", {"version": "0", "number_format": "B-{sequence}"})

    assert page.status_code == 409
    assert "Somebody else changed this meanwhile." in said(page)


@pytest.mark.parametrize(
    ("page", "sent", "words"),
    [
        ("departments", {"name-billing": " "}, "Please write something."),
        ("departments", {"new": "billing"}, "Two departments have the same name."),
        ("numbers", {"number_format": "T-{year}"}, "has to stand in it once"),
        ("files", {"megabytes": "1000", "most_files": "3"}, "Please write a whole number"),
        ("files", {"megabytes": "many", "most_files": "3"}, "Please write a whole number"),
        ("distribution", {"way": "loudest"}, "Please choose one of"),
        ("distribution", {"hours": "soon"}, "Please write a whole number"),
        ("distribution", {"days": "366"}, "Please write a whole number from 0 to 365"),
        ("types", {"label": " ", "like": "simple"}, "Please write something."),
        ("types", {"label": "Mine", "like": "support"}, "There is no such type"),
        ("types", {"default_type": "nothing"}, "There is no such type"),
        ("types/simple", {"part": "about", "label": "", "initial": "closed"}, "Please write something."),
        ("types/simple", {"part": "steps"}, "This has to lead somewhere."),
        ("types/simple", {"part": "statuses", "limit-open": "many"}, "Please write a whole number from 0 to 999"),
        ("types/simple", {"part": "statuses", "limit-open": "1000"}, "Please write a whole number from 0 to 999"),
        ("types/simple", {"part": "magic"}, "Please send one of the forms"),
        ("types/simple", {"part": "field", "label": "Code", "kind": "regex", "pattern": "(a+)+$"}, "for ever"),
        ("types/simple", {"part": "field", "label": "Size", "kind": "choice"}, "what there is to choose from"),
        ("teams", {"name": ""}, "Please write something."),
        ("recipes/replies/new", {"name": "Hello", "text": "{{secret}}"}, "There is no {{secret}}"),
        ("recipes/macros/new", {"name": "Nothing"}, "Please choose at least one thing to do."),
        ("recipes/views/new", {"name": "All", "address": ""}, "Please choose at least one filter."),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_saved(ada_at, acme, inside, page, sent, words):
    answer = ada_at(page, sent)

    assert answer.status_code == 422
    assert words in said(answer).replace("&#x27;", "'")
    with inside(acme):
        assert not Recipe.objects.exists()
        assert not Team.objects.exists()
        assert settings.read(*settings.DEFAULTS) == settings.DEFAULTS


def test_a_status_gets_a_limit_and_loses_it(ada_at, acme, inside):
    page = ada_at("types/simple", {"part": "statuses", "version": "0", "limit-open": "5", "limit-closed": ""})
    with inside(acme):
        assert kinds.load()["simple"].limits == {"open": 5}
    assert 'name="limit-open" value="5"' in page.content.decode()

    ada_at("types/simple", {"part": "statuses", "version": version_of(page), "limit-open": ""})
    with inside(acme):
        assert kinds.load()["simple"] == kinds.PRESETS["simple"]


def test_a_type_is_added_with_a_status_a_step_and_a_field(ada_at, acme, inside, wish):
    page = ada_at("types", {"version": "0", "label": "Repair", "like": "simple"})
    assert "Repair is there." in said(page)
    statuses = {"part": "statuses", "label-": "With the smith", "category-": "on_hold", "version": version_of(page)}
    page = ada_at("types/repair", statuses)
    field = {"part": "field", "label": "Serial", "kind": "text", "required": "create", "visible": "on"}
    ada_at("types/repair", field | {"version": version_of(page)})
    steps = ["open>in_progress", "in_progress>with_the_smith", "with_the_smith>closed", "closed>open"]

    ada_at("types/repair", {"part": "steps", "step": steps})

    with inside(acme):
        repair = kinds.load()["repair"]
        assert [one.key for one in repair.next("in_progress")] == ["with_the_smith"]
        assert repair.by_key["with_the_smith"].mark == "engineering"
        assert [(one.key, one.required) for one in repair.fields] == [("serial", "create")]
    with pytest.raises(Invalid) as wrong:
        wish(type="repair")
    assert wrong.value.fields == {"fields.serial": ["Serial is needed here."]}
    assert wish(type="repair", fields={"serial": "AB1"}).status == "open"


def test_types_are_put_in_order(ada_at, acme, inside):
    page = ada_at("types", {"part": "order", "version": "0", "place-engineering": "1", "place-simple": "2"})
    assert "Types are offered in this order" in said(page)
    with inside(acme):
        assert [one.key for one in kinds.load().on_offer()] == ["customer_service", "engineering", "simple"]


def test_a_preset_is_changed_retired_and_put_back(ada_at, acme, inside):
    ada_at("types/simple", {"part": "about", "label": "Plain <b>"})
    page = ada_at("types/simple", {"part": "retire"})
    assert "Plain &lt;b&gt;" in page.content.decode()
    assert "Put back to the preset" in said(page)
    ada_at("types/simple", {"part": "put_back"})
    with inside(acme):
        assert kinds.load()["simple"] == kinds.PRESETS["simple"]


@pytest.mark.parametrize("key", ["support", "website_design", "nothing"])
def test_the_platforms_types_have_no_page(ada_at, key):
    assert ada_at(f"types/{key}").status_code == 404


def test_a_team_is_made_filled_renamed_and_retired(ada_at, acme, inside, ben):
    ada_at("teams", {"name": "Night"})
    with inside(acme):
        team = Team.objects.get()
    ada_at(f"teams/{team.pk}", {"part": "members", "members": [str(ben.id)]})
    ada_at(f"teams/{team.pk}", {"name": "<i>Day</i>"})
    page = ada_at(f"teams/{team.pk}", {"part": "retire"})
    assert "&lt;i&gt;Day&lt;/i&gt;" in page.content.decode()
    assert "Its requests stay with it." in said(page)
    assert ada_at(f"teams/{team.pk}", {"part": "members", "members": ["nobody"]}).status_code == 422
    with inside(acme):
        assert User.objects.get(pk=ben.id).profile["teams"] == [str(team.pk)]


def test_how_people_work_is_set_for_agents_and_members_alike(ada_at, acme, inside, ben, mia):
    hours = {"days": ["0", "1"], "from": "09:00", "to": "17:00", "zone": "Europe/Oslo"}
    given = {"away": "on", "departments": ["billing"], "skills": "French, invoices", "capacity": "4"}
    assert "next click" in said(ada_at(f"people/{ben.id}", given | hours))
    ada_at(f"people/{mia.id}", {"sees": "all"})
    wrong = ada_at(f"people/{ben.id}", given | hours | {"zone": "Moon"})
    assert (wrong.status_code, "time zone like" in said(wrong)) == (422, True)
    page = said(ada_at("people"))
    assert "Billing; knows french, invoices" in page
    assert "all of the company" in page
    with inside(acme):
        User.objects.filter(pk=ben.id).update(is_active=False)
    assert "Bring back" in said(ada_at(f"people/{ben.id}"))


def test_distribution_says_who_would_get_the_next_request(ada_at, acme, inside):
    assert "distribution is off" in said(ada_at("distribution"))
    page = ada_at("distribution", {"way": "least_load", "by_department": "on", "capacity": "0"})
    assert "It would go to Ada Lind : 0 open, the lowest." in said(page)
    ada_at("distribution", {"hours": "4"})
    page = ada_at("distribution?department=billing")
    assert "the lowest in Billing" in said(page)
    with inside(acme):
        assert settings.read("expected_reply_hours")["expected_reply_hours"] == 4
    ada_at("distribution", {"days": "3"})
    with inside(acme):
        assert settings.read("auto_close_days")["auto_close_days"] == 3


def test_asking_how_it_went_is_switched_off_and_that_is_undone(ada_at, client_for, acme, inside):
    page = ada_at("distribution", {"version": "0", "rating": "1"})
    with inside(acme):
        assert settings.read("ask_rating")["ask_rating"] is False
    undo = re.search(r'action="(/manager/settings/undo/[^"]+)"', page.content.decode())[1]
    assert "Undone." in said(client_for("ada").post(undo, follow=True))
    assert "changed whether people are asked how it went" in said(ada_at(""))
    with inside(acme):
        assert settings.read("ask_rating")["ask_rating"] is True
    assert ada_at("distribution", {"version": "0", "rating": "1"}).status_code == 409


def test_a_phone_which_has_no_column_is_led_to_the_same_pages(ada_at):
    page = ada_at("").content.decode()
    column, rest = page[page.index('data-ground aria-label="Settings"') :].split("</nav>", 1)
    wanted = re.findall(r'href="([^"]+)"', column)
    assert len(wanted) > 20
    assert set(wanted) - {HOME} <= set(re.findall(r'href="([^"]+)"', rest))
