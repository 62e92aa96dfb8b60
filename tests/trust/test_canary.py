"""Nothing that comes out of the product carries another company's words."""

from tests.trust import canary


def test_no_answer_log_line_or_cache_entry_carries_anothers_mark(database, settings):
    settings.API_REQUESTS_PER_MINUTE = 100_000

    figures = canary.run(outputs=1_200, companies=3)

    assert figures["leaks"] == 0, figures["first_leaks"]
    assert figures["outputs"] >= 1_200
    assert figures["status 200"] > 300
    assert figures["status 404"] > 50
