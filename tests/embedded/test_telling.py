"""What the demo says: of a failure the reason, of people what is needed to be them."""

import pytest

from portico.embedded import telling

pytestmark = pytest.mark.no_database

TRACEBACK = """Traceback (most recent call last):
  File "x.py", line 1, in <module>
django.db.utils.ProgrammingError: column "x" does not exist
LINE 1: SELECT x
               ^
"""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (TRACEBACK, 'django.db.utils.ProgrammingError: column "x" does not exist'),
        ("first\nlast\n   and where\n", "last"),
        ("", "it said nothing"),
    ],
)
def test_of_a_failure_the_reason_is_told(tmp_path, words, reason):
    (tmp_path / "log").write_text(words)

    assert telling.last_line(tmp_path / "log") == reason


def test_a_step_shows_its_name_its_work_and_its_time(capsys):
    with telling.step("tables") as going_on:
        going_on()
    assert capsys.readouterr().out.split() == ["tables", "0.0", "s"]

    with pytest.raises(ZeroDivisionError), telling.step("tables"):
        raise ZeroDivisionError
    assert capsys.readouterr().out.split() == ["tables", "stopped"]


def test_information_for_scripts_is_whole_and_private(tmp_path):
    telling.write_info(tmp_path / "info.json", {"base_url": "http://localhost:8000"})

    assert [file.name for file in tmp_path.iterdir()] == ["info.json"]
    assert (tmp_path / "info.json").stat().st_mode & 0o077 == 0
