"""Requests are found by what was said in them, by whoever is told it."""

import pytest

from tenant_apps.tickets import actions, searching
from tenant_apps.tickets.models import Message, Ticket


@pytest.fixture
def asked(inside, acme, cleo, ben):
    """Two requests of Cleo: in the first Ben answers and leaves a note."""
    with inside(acme):
        lamp, chair = (
            actions.open_ticket(subject=subject, description=words, desk="company", by=cleo)
            for subject, words in (
                ("The lamp", "It flickers near the café, see TICK-2025-0019 and a/b_c. ÉCOLE"),
                ("Chair", "Her Name is Zoë Łukasz; write to zoe@example.org"),
            )
        )
        lamp = actions.assign(lamp, actions.Assignee(ben.id, ben.label), by=ben)
        actions.reply(lamp, "We exchange the transformer tomorrow.", by=ben)
        actions.reply(lamp, "Suspicious customer, perhaps waterdamage.", internal=True, by=ben)
    return lamp, chair


def found(words, actor, **more):
    seen = Ticket.objects.visible_to(actor, "company")
    return set(searching.about(seen, words, actor, **more).values_list("subject", flat=True))


SAID = {
    "flick": {"The lamp"},
    "CAFE": {"The lamp"},
    "ecole": {"The lamp"},
    "café near": {"The lamp"},
    '"near the cafe"': {"The lamp"},
    '"the near"': set(),
    '"transf"': set(),
    "transf": {"The lamp"},
    "TICK-2025-0019": {"The lamp"},
    "TICK-2025-0020": set(),
    "zoe lukasz": {"Chair"},
    "zoe@exam": {"Chair"},
    "example.org": {"Chair"},
    "flickers lukasz": set(),
    "cleo@": {"The lamp", "Chair"},
    "lamp": {"The lamp"},
    "nothing": set(),
    "'": {"The lamp", "Chair"},
    "a/b_c": {"The lamp"},
}


@pytest.mark.parametrize(("words", "subjects"), SAID.items())
def test_what_was_said_is_found(inside, acme, asked, ben, words, subjects):
    with inside(acme):
        assert found(words, ben) == subjects


def test_notes_are_found_by_agents_alone(inside, acme, asked, ben, cleo):
    with inside(acme):
        assert found("waterdamage", ben) == {"The lamp"}
        assert found("waterdamage", cleo) == set()
        assert found("waterdamage", ben, as_customer=True) == set()
        assert found("transformer", cleo) == {"The lamp"}


def test_what_was_taken_back_is_not_found(inside, acme, asked, ben):
    with inside(acme):
        said = actions.reply(asked[0], "Ephemeral words", can_undo=True, by=ben)
        assert found("ephemeral", ben) == {"The lamp"}
        actions.take_back(Message.objects.get(pk=said.pk), by=ben)
        assert found("ephemeral", ben) == set()


def test_nobody_finds_what_they_do_not_see(inside, acme, asked, mia):
    with inside(acme):
        assert found("flickers", mia) == set()


def test_what_was_merged_is_found_where_it_went_on(inside, acme, asked, ada):
    lamp, chair = asked
    with inside(acme):
        actions.merge(lamp, chair, by=ada)
        standing = Ticket.objects.visible_to(ada, "company").standing()
        assert [one.pk for one in searching.about(standing, "transformer", ada)] == [chair.pk]
        assert searching.hits([chair], "transformer", ada)[chair.pk].who


def test_a_hit_says_where(inside, acme, asked, ben, cleo):
    with inside(acme):
        both = list(Ticket.objects.visible_to(ben, "company"))
        (hit,) = searching.hits(both, "CAFE near", ben).values()
        assert [text for text, is_word in hit.pieces if is_word] == ["near", "café"]
        assert searching.hits(both, "waterd", ben)[asked[0].pk].is_note
        assert not searching.hits(both, "waterd", cleo)


def test_what_is_cut_begins_with_a_whole_word(inside, acme, asked, wish, ben):
    with inside(acme):
        actions.reply(asked[0], "Our school, which is a large one and lies on a hill, pays by invoice.", by=ben)
        (hit,) = searching.hits(asked[:1], "invoice", ben).values()
        assert "".join(text for text, _ in hit.pieces) == "…large one and lies on a hill, pays by invoice."


@pytest.mark.parametrize(
    "words", ["'", "\\", "a & | !", "(((", '"', '""', "\x00", "é" * 500, '" \' "', "ﬁ İ ǆ", "%", "%s"]
)
def test_whatever_is_typed_breaks_nothing(inside, acme, asked, ben, words):
    with inside(acme):
        rows = searching.about(Ticket.objects.visible_to(ben, "company"), words, ben)
        searching.hits(list(rows), words, ben)
