"""A drawing is put together once for each way in which it reads, and says what the template says every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, engines
from django.urls import set_urlconf
from django.utils.safestring import mark_safe

from portico import drawing
from portico.drawing import Drawing, Looked

ROW = (
    '{% if is_new %}<b>{% endif %}<i id="{{ key }}">{{ subject }}</i>{{ note|default:"nothing" }}'
    "{% for tag in tags %}[{{ tag }}]{% endfor %}{{ number }}{{ subject }}"
)


@dataclass(frozen=True)
class Step:
    label: str


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A drawing of a template that is written here; it counts how often the template was asked."""

    def made(source: str) -> Drawing:
        engine: Any = engines["django"]
        template = engine.from_string(source)
        drawn = Drawing("row.html")
        monkeypatch.setattr(engine, "get_template", lambda name: (asked.append(name), template)[1])
        return drawn

    asked: list[str] = []
    made.asked = asked  # type: ignore[attr-defined]
    return made


@pytest.fixture(autouse=True)
def _door() -> Iterator[None]:
    yield
    set_urlconf(None)


def test_other_words_stand_in_the_same_markup(draw: Any) -> None:
    row = draw(ROW)

    first = row(is_new=True, key=UUID(int=7), subject="The <lamp> & 'shade'", note="", tags=("a", "<b>"), number=3)
    second = row(is_new=True, key=UUID(int=8), subject=mark_safe("<u>Door</u>"), note="", tags=("a", "<b>"), number=45)

    lamp = "The &lt;lamp&gt; &amp; &#x27;shade&#x27;"
    assert first == f'<b><i id="{UUID(int=7)}">{lamp}</i>nothing[a][&lt;b&gt;]3{lamp}'
    assert second == f'<b><i id="{UUID(int=8)}"><u>Door</u></i>nothing[a][&lt;b&gt;]45<u>Door</u>'
    assert draw.asked == ["row.html"]


def test_it_says_what_the_template_says(draw: Any) -> None:
    row, plain = draw(ROW), engines["django"].from_string(ROW)
    for new in (True, False):
        for note in ("", "soon", None):
            for number in (0, 1, False):
                values = {
                    "is_new": new,
                    "key": UUID(int=1),
                    "subject": "x<y",
                    "note": note,
                    "tags": (),
                    "number": number,
                }
                assert row(**values) == plain.template.render(Context(values)), values  # type: ignore[attr-defined]


def test_what_decides_is_never_taken_for_something_else(draw: Any) -> None:
    row = draw("{{ step.label }}{{ people|join:', ' }}{{ number }}")

    said = [
        row(step=Step("Open"), people=("Lin", "Ada"), number=0),
        row(step=Step("Open"), people=("Lin", "Ada"), number=False),
        row(step=Step("Offen"), people=("Lin", "Ada"), number=0),
        row(step=Step("Open"), people=("Lin", "Ada Byron"), number=0),
    ]

    assert said == ["OpenLin, Ada0", "OpenLin, AdaFalse", "OffenLin, Ada0", "OpenLin, Ada Byron0"]


def test_the_same_names_in_another_order_are_another_drawing(draw: Any) -> None:
    row = draw("{{ a }}-{{ b }}")

    assert [row(a="1", b=""), row(b="1", a="")] == ["1-", "-1"]


def test_a_form_has_the_proof_of_who_asks_now(draw: Any) -> None:
    form = draw("{% csrf_token %}")

    proofs = [form(csrf_token=token) for token in ("first", "second")]

    assert proofs == [f'<input type="hidden" name="csrfmiddlewaretoken" value="{one}">' for one in ("first", "second")]


def test_addresses_are_those_of_the_door(draw: Any) -> None:
    page = draw("{% load portico %}{% url 'accounts:login' %}{{ word }}")

    said = []
    for door in ("portico.urls_company", "portico.urls_console"):
        set_urlconf(door)
        said.append(page(word="x"))

    assert len(draw.asked) == 2
    assert all(one.endswith("x") for one in said)


@pytest.mark.parametrize(
    "source",
    [
        "{% if word == 'open' %}yes{% endif %}",
        "{{ word|upper }}",
        "{{ word|length }}",
        "{% for letter in word %}{{ letter }}{% endfor %}",
        "{% if 'a' in word %}yes{% endif %}",
        "{% if word > 'a' %}yes{% endif %}",
        "{{ word|slice:':2' }}",
        "{{ word|urlencode }}",
    ],
)
def test_a_template_that_looks_at_a_text_is_refused(draw: Any, source: str) -> None:
    row = draw(source)

    with pytest.raises(Looked):
        row(word="open")


def test_what_can_change_is_no_key(draw: Any) -> None:
    row = draw("{{ people|join:', ' }}")

    with pytest.raises(TypeError):
        row(people=["Lin"])


def test_no_text_can_pass_for_a_mark(draw: Any) -> None:
    row = draw("{{ secret }}{{ people|join:', ' }}")

    row(secret="first", people=("Lin",))
    said = row(secret="second", people=("\ufdd00\ufdd1",))

    assert said == "second\ufdd00\ufdd1"


def test_what_is_kept_is_bounded(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = draw("{{ tags|join:' ' }}")
    monkeypatch.setattr(drawing, "MOST_WAYS", 3)
    for number in range(10):
        assert row(tags=(str(number),)) == str(number)
    assert len(row._known) <= 3

    monkeypatch.setattr(drawing, "MOST_LENGTH", 100)
    for number in range(10):
        assert row(tags=(str(number) * 60,)) == str(number) * 60
    assert sum(len(way.markup) for way in row._known.values()) <= 100
