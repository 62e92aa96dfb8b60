"""Whatever happens in whichever order, people see what the model says, and nothing of anybody else."""

from tests.trust import stateful


def test_what_people_see_is_what_the_model_says(database, settings):
    settings.API_REQUESTS_PER_MINUTE = 10_000_000

    figures = stateful.play(database, examples=8, steps=30, chance=False)

    assert figures["leaks"] == 0
    assert figures["examples"] >= 8
    assert figures["answers"] >= 300
