"""Our quicker templates say what Django's say: for every kind of word, and for what is not there."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.http import QueryDict
from django.template import Context, Engine
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe

FILES = "django.template.loaders.locmem.Loader"


@dataclass
class Lamp:
    """Something with attributes, a method, and one that must not be called by a page."""

    name: str = "<Lamp> & 'shade'"
    rooms: dict[str, Any] = field(default_factory=lambda: {"items": "own", "hall": ["first", "second"]})

    def shout(self) -> str:
        return self.name.upper()

    def drop(self) -> str:
        raise AssertionError("a page has called what changes things")

    drop.alters_data = True  # type: ignore[attr-defined]

    @property
    def gone(self) -> str:
        raise ObjectDoesNotExist("its row was deleted")

    def counted(self, number: int) -> int:
        return number


WORDS = {
    "lamp": Lamp(),
    "lazy": SimpleLazyObject(Lamp),
    "plain": "5 > 4",
    "safe": mark_safe("<b>bold</b>"),
    "key": UUID(int=7),
    "number": 1234567,
    "nothing": None,
    "at": datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
    "table": {"a": 1, "b": {"c": "<deep>"}},
    "make": lambda: "<made>",
    "count": Counter("aab"),
    "query": QueryDict("a=1&a=2&b="),
    "rows": [{"name": "<one>"}, {"name": "two"}],
}


def said(source: str, *loader: Any, autoescape: bool = True) -> str:
    engine = Engine(loaders=list(loader) or [(FILES, {"page": source, "part": "[{{ row.name }}|{{ more }}]"})])
    return engine.get_template("page").render(Context(WORDS, autoescape=autoescape))


def quickly(source: str, autoescape: bool = True) -> str:
    files = {"page": source, "part": "[{{ row.name }}|{{ more }}]"}
    return said(source, ("portico.rendering.Loader", [(FILES, files)]), autoescape=autoescape)


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        "{{ plain }} {{ safe }} {{ key }} {{ number }} {{ nothing }} {{ at }} {{ make }}",
        "{{ lamp.name }} {{ lamp.shout }} {{ lamp.rooms.hall.1 }} {{ lamp.rooms.items }} {{ lazy.name }} {{ lazy }}",
        "{{ table.b.c }} {{ table.items }} {{ table.keys|length }} {{ plain.upper }} {{ rows.0.name }} {{ rows.9 }}",
        "[{{ absent }}] [{{ lamp.absent.more }}] [{{ lamp.drop }}] [{{ nothing.name }}]",
        "[{{ lamp.gone }}] [{{ lamp.gone.more }}] [{{ lamp.counted }}] [{{ lamp.shout.lower }}] [{{ lamp.drop.more }}]",
        "[{{ table.absent }}] [{{ table.absent.more }}] [{{ table.b.items|length }}] [{{ table.3 }}]",
        "[{{ count.a }}] [{{ count.none }}]",
        "{{ query.a }} [{{ query.b }}] [{{ query.c|default:'-' }}]{% if query.c %}1{% elif not table.x %}2{% endif %}",
        "{{ absent|default:'<none>' }} {{ lamp.name|lower|cut:'l' }} {{ plain|safe }} {{ 'x<y' }}",
        "{{ 12 }} {{ 'a'|add:plain }}",
        "{% if absent %}1{% elif lamp.absent == nothing %}2{% endif %}{% if table.a == 1 and not absent %}3{% endif %}",
        "{% for row in rows %}{{ forloop.counter }}{% include 'part' with more=table.a %}{% endfor %}{{ row }}",
        "{% with plain as it %}{{ it }}{% endwith %}{{ it }}",
        "{% for key, value in table.items %}{{ key }}={{ value }}{% endfor %}",
        "{{ True }} {{ None }} {{ block }} {{ template }} {{ autoescape }}",
    ],
)
def test_a_page_reads_the_same(source, autoescape):
    assert quickly(source, autoescape) == said(source, autoescape=autoescape)


def test_what_nobody_gave_is_said_as_the_engine_wants_it():
    files = {"page": "[{{ absent }}|{{ lamp.absent }}]{% if absent %}1{% else %}2{% endif %}"}
    loaders = [(FILES, files)], [("portico.rendering.Loader", [(FILES, files)])]
    engines = (Engine(loaders=list(one), string_if_invalid="no %s") for one in loaders)
    slow, quick = (engine.get_template("page").render(Context(WORDS)) for engine in engines)

    assert slow == quick == "[no absent|no lamp.absent]2"


TAGS = "{% load portico %}{% prio 'P1' %}{% prio level %}{% face name size='s' %}{% face 'Ada <Lind>' %}{% day at %}"


def test_a_tag_is_drawn_anew_for_other_words():
    engine = Engine(
        loaders=[("portico.rendering.Loader", [(FILES, {"page": TAGS})])],
        libraries={"portico": "portico.templatetags.portico"},
    )
    page, known = engine.get_template("page"), {"at": WORDS["at"]}
    first, second = (
        page.render(Context(known | {"level": level, "name": name})) for level, name in (("P2", "Ben"), ("P3", "<Mia>"))
    )
    assert 'data-p="1"' in first
    assert 'data-p="1"' in second
    assert 'data-p="2"' in first
    assert 'data-p="3"' in second
    assert ">B</span>" in first
    assert ">&lt;</span>" in second


def test_what_people_wrote_is_escaped():
    assert quickly("{{ lamp.name }}") == "&lt;Lamp&gt; &amp; &#x27;shade&#x27;"
    assert quickly("{{ rows.0.name }}{{ table.b.c }}") == "&lt;one&gt;&lt;deep&gt;"


PARTS = {
    "page": "{% load portico %}{% face 'Ada' as within %}{% include 'row' with more=within %}"
    "{% for row in rows %}{% include 'row' with more=row.name %}{% endfor %}[{{ within }}]"
    "{% for name in names %}{% include name with more=1 %}{% endfor %}{% include './row' %}",
    "row": "{% load portico %}{% cycle 'a' 'b' %}{% with more as within %}<{{ within }}>{% endwith %}"
    "{% face 'Ben' as within %}",
}


def test_parts_stand_in_a_page_as_before_and_keep_what_is_theirs():
    libraries = {"libraries": {"portico": "portico.templatetags.portico"}}
    known = WORDS | {"names": ["row", "row"]}
    loaders = ([(FILES, PARTS)], [("portico.rendering.Loader", [(FILES, PARTS)])])
    slow, quick = (Engine(loaders=list(one), **libraries).get_template("page") for one in loaders)

    assert slow.render(Context(known)) == quick.render(Context(known)) == quick.render(Context(known))
    assert "Ben" not in slow.render(Context(known))
    assert ">A</span>]" in quick.render(Context(known))


PAGES = {
    "root": "<{% block title %}root{% endblock %}>{% block body %}({% block inner %}none{% endblock %}){% endblock %}",
    "middle": "{% extends 'root' %}{% block inner %}middle {{ block.super }}{% endblock %}",
    "page": "{% extends 'middle' %}{% block title %}{{ name }}{% endblock %}"
    "{% block inner %}{{ block.super }}!{% endblock %}",
    "other": "{% extends 'root' %}{% block body %}other{% endblock %}",
    "chosen": "{% extends base %}{% block inner %}{{ name }}{% endblock %}",
}


def test_pages_that_stand_on_others_read_as_before_every_time():
    slow, quick = (Engine(loaders=[one]) for one in ((FILES, PAGES), ("portico.rendering.Loader", [(FILES, PAGES)])))
    for given in ({"name": "<one>", "base": "root"}, {"name": "two", "base": "middle"}):
        for page in ("page", "other", "chosen", "middle"):
            said = {engine.get_template(page).render(Context(given)) for engine in (slow, quick, quick)}
            assert len(said) == 1
    assert quick.get_template("page").render(Context({"name": "<one>"})) == "<&lt;one&gt;>(middle none!)"
