"""One colour of a company: read, measured as WCAG 2.2 does, and shifted no further than has to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico import colour

pytestmark = pytest.mark.no_database

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
        ("#00ff00", "#000000", 15.3),
    ],
)
def test_contrast_is_what_wcag_says(one, other, ratio):
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colour.contrast(other, one) == colour.contrast(one, other)


@pytest.mark.parametrize(
    ("typed", "kept"), [("#2F55C8", "#2f55c8"), (" 2f55c8 ", "#2f55c8"), ("#25c", "#2255cc"), ("fff", "#ffffff")]
)
def test_a_colour_is_kept_in_one_form(typed, kept):
    assert colour.read(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "#", "#12345", "#1234567", "red", "rgb(1,2,3)", "var(--x)", "url(https://evil.example)", "#2f55c8;}"),
        *("</style><script>", "#２f55c8", "#2f55c8\n}", "#2f55c8 x", "\x002f55c8", "#2f55ç8", "javascript:alert(1)"),
    ],
)
def test_what_is_no_colour_is_none(typed):
    assert colour.read(typed) == ""


@given(colours)
def test_whatever_is_chosen_can_be_read_wherever_it_is_used(chosen):
    made = colour.palette(chosen)
    hovered = colour._mixed(made.ground.used, made.ink, colour.HOVERED)
    assert colour.contrast(made.ground.used, made.ink) >= 4.5
    assert colour.contrast(hovered, made.ink) >= 4.5
    assert colour.contrast(made.light.used, colour.LIGHT_GROUND) >= 4.5
    assert colour.contrast(made.dark.used, colour.DARK_GROUND) >= 4.5
    assert all(colour.read(one.used) == one.used for one in (made.ground, made.light, made.dark))


@given(colours)
def test_what_is_enough_stays_and_what_is_not_moves_no_further_than_needed(chosen):
    made = colour.palette(chosen)
    for use in (made.ground, made.light, made.dark):
        assert use.is_corrected == (use.before < colour.ENOUGH)
        assert use.after >= min(use.before, colour.ENOUGH)
        if use.is_corrected:
            assert use.after < 4.62  # the next of 255 steps


def test_a_strong_colour_is_used_as_it_is_and_a_weak_one_keeps_its_hue():
    assert colour.palette("#2f55c8").ground.used == "#2f55c8"
    yellow = colour.palette("#f2b632")
    assert (yellow.ink, yellow.ground.used, yellow.dark.used) == ("#000000", "#f2b632", "#f2b632")
    hues = [colour._oklch(one)[2] for one in ("#f2b632", yellow.light.used)]
    assert yellow.light.used != "#f2b632"
    assert hues[0] == pytest.approx(hues[1], abs=0.03)


def test_grounds_that_are_measured_are_the_hardest_of_the_pages():
    lights = [colour._fitting(one, 0.006, 3.4) for one in (0.968, 0.998, 0.952, 0.957, 0.945, 0.965)]
    darks = [colour._fitting(one, 0.013, 3.6) for one in (0.17, 0.21, 0.245, 0.185, 0.285, 0.29)]
    assert max(colour.luminance(one) for one in darks) < colour.luminance(colour.DARK_GROUND)
    assert min(colour.luminance(one) for one in lights) > colour.luminance(colour.LIGHT_GROUND)


@pytest.mark.parametrize("hue", range(0, 360, 36))
def test_the_colour_of_a_door_is_written_out_as_the_pages_draw_it(hue):
    light, _, angle = colour._oklch(colour.of_hue(hue))
    assert light == pytest.approx(0.5, abs=0.01)
    assert colour.palette(colour.of_hue(hue)).ink == "#ffffff"
    assert angle % 6.2832 == pytest.approx(hue * 0.0174533, abs=0.08)
