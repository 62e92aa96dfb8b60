"""What staff agree and note about a company: who may, what is refused, and what stands in the audit."""

from datetime import timedelta

import pytest

from portico import clock
from portico.actor import NOBODY
from portico.errors import Forbidden, Invalid, Missing, Refused, SignInNeeded
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.care import actions
from shared_apps.care.models import Note
from tenants.models import Company

NOBODYS = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def do(acme, outside):
    """`do(actions.agree, tier="free", by=omar)`, about Acme."""

    def run(action, *words, **options):
        with outside():
            return action(Company.objects.get(pk=acme.id), *words, **options)

    return run


@pytest.fixture
def told(outside):
    """What the audit tells of Acme besides its claim: verbs and facts."""

    def read():
        with outside():
            rows = PlatformAuditLog.objects.filter(subject_type="tenants.company").order_by("at", "id")
            return [(row.verb, row.facts) for row in rows if row.verb != "company.created"]

    return read


def test_a_tier_and_agents_are_agreed_and_audited(do, told, sam, lin):
    care = do(actions.agree, tier="enterprise", agents=[lin.id], by=sam)

    assert (care.tier, care.agents, care.version) == ("enterprise", [lin.id], 1)
    assert told() == [
        ("company.tier.update", {"from": "standard", "to": "enterprise"}),
        ("company.agents.update", {"agents": ["Lin Haas"], "previous": []}),
    ]


def test_what_stays_the_same_is_not_recorded(do, told, sam):
    assert do(actions.agree, tier="standard", agents=[], by=sam).version == 0
    assert told() == []


@pytest.mark.parametrize("name", ["lin", "eli"])
def test_others_agree_on_nothing(do, told, request, name):
    person = request.getfixturevalue(name)
    for wish in ({"tier": "free"}, {"agents": []}):
        with pytest.raises(Forbidden):
            do(actions.agree, **wish, by=person)
    assert told() == []


def test_an_account_manager_names_agents_and_leaves_the_tier(do, actor_for, lin):
    manager = actor_for("max")
    assert do(actions.agree, agents=[lin.id], by=manager).agents == [lin.id]
    with pytest.raises(Forbidden):
        do(actions.agree, tier="enterprise", by=manager)


def test_the_second_of_two_is_told(do, sam, omar, lin):
    do(actions.agree, tier="free", by=sam, seen=0)
    with pytest.raises(Refused, match="meanwhile"):
        do(actions.agree, agents=[lin.id], by=omar, seen=0)


@pytest.mark.parametrize("wish", [{"tier": "gold"}, {"agents": [NOBODYS]}])
def test_what_there_is_not_is_refused(do, told, sam, wish):
    with pytest.raises(Invalid):
        do(actions.agree, **wish, by=sam)
    assert told() == []


def test_nobody_of_a_company_looks_after_it(do, sam, ada):
    with pytest.raises(Invalid):
        do(actions.agree, agents=[ada.id], by=sam)


def test_the_words_of_a_note_never_reach_the_audit(do, told, lin):
    note = do(actions.write_note, "They move to Oslo.", by=lin)
    do(actions.edit_note, note.pk, "They move to Bergen.", by=lin)
    do(actions.delete_note, note.pk, by=lin)
    do(actions.bring_back_note, note.pk, by=lin)

    about = {"note": str(note.pk)}
    verbs = ["create", "update", "delete", "bring_back"]
    assert told() == [(f"company.note.{verb}", about) for verb in verbs]


def test_only_the_author_changes_a_note_and_leads_may_delete_it(do, lin, una, sam):
    note = do(actions.write_note, "They move.", by=lin)
    for person, action, words in ((sam, actions.edit_note, ["Not so."]), (una, actions.delete_note, [])):
        with pytest.raises(Forbidden):
            do(action, note.pk, *words, by=person)
    assert do(actions.delete_note, note.pk, by=sam).deleted_by == sam.id
    with pytest.raises(Missing):
        do(actions.bring_back_note, note.pk, by=lin)


def test_a_note_changed_meanwhile_is_told(do, lin):
    note = do(actions.write_note, "One.", by=lin)
    do(actions.edit_note, note.pk, "Two.", by=lin, seen=1)
    with pytest.raises(Refused, match="meanwhile"):
        do(actions.edit_note, note.pk, "Three.", by=lin, seen=1)


def test_what_was_deleted_a_day_ago_is_gone_with_the_next_note(do, outside, lin):
    with clock.at(clock.now() - timedelta(hours=25)):
        note = do(actions.write_note, "Old.", by=lin)
        do(actions.delete_note, note.pk, by=lin)
    do(actions.write_note, "New.", by=lin)
    with outside():
        assert [one.body for one in Note.objects.all()] == ["New."]


@pytest.mark.parametrize("body", ["", "  \n", "x" * 4_001])
def test_a_note_has_words_and_not_too_many(do, lin, body):
    with pytest.raises(Invalid):
        do(actions.write_note, body, by=lin)


def test_nobody_and_companies_note_nothing(do, ada):
    for person, refusal in ((NOBODY, SignInNeeded), (ada, Forbidden)):
        with pytest.raises(refusal):
            do(actions.write_note, "Hello.", by=person)


def test_nothing_is_written_about_a_company_that_is_being_erased(do, database, sam):
    database.connection.execute("UPDATE public.tenants_company SET state = 'erasing' WHERE slug = 'acme'")
    for action, words in ((actions.agree, {"tier": "free"}), (actions.write_note, {"body": "Late."})):
        with pytest.raises(Refused, match="erased"):
            do(action, **words, by=sam)
