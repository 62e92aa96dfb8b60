"""Nothing that comes out of the product carries another company's words."""

import pytest

from tests.trust import canary


def test_no_output_carries_anothers_mark(database, static_files, settings):
    settings.API_REQUESTS_PER_MINUTE = 100_000

    figures = canary.run(outputs=1_200, companies=3)

    assert figures["leaks"] == 0, figures["first_leaks"]
    assert figures["outputs"] >= 2_400
    assert figures["status 200"] > 300
    assert figures["status 404"] > 50
    assert figures["signals"] > 100
    assert figures["letters"] > 10
    assert figures["archive_parts"] > 30


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nor_do_twenty_thousand_of_ten_companies(database, static_files, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000

    figures = canary.run(outputs=10_000, companies=10)

    assert figures["leaks"] == 0, figures["first_leaks"]
    assert figures["outputs"] >= 20_000


def test_somebody_who_cannot_ask_says_so(database):
    """A search that found nothing because nothing was asked is not a clean one: `run` raises what stopped them."""
    nobody = canary.Asker([], outputs=1, seed=1)
    nobody.run()
    assert isinstance(nobody.trouble, IndexError)
