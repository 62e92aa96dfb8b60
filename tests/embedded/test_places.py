"""Folders and ports: what is taken, what is refused, and in which words."""

import os
import socket

import pytest

from portico.embedded import places
from portico.embedded.places import Unfit

pytestmark = pytest.mark.no_database


def test_a_folder_with_something_else_in_it_is_refused(folder):
    (folder / "letters.txt").write_text("mine")

    with pytest.raises(Unfit, match="holds something else"):
        places.prepare_data(folder)
    assert (folder / "letters.txt").read_text() == "mine"


def test_a_file_is_not_a_folder(folder):
    (folder / "data").touch()

    with pytest.raises(Unfit, match="is not a folder"):
        places.prepare_data(folder / "data")


def test_a_folder_that_cannot_be_made_is_refused(folder):
    (folder / "file").touch()

    with pytest.raises(Unfit, match="cannot be used"):
        places.prepare_data(folder / "file" / "data")


def test_emptying_keeps_the_mark_and_the_lock(data):
    (data / "postgres").mkdir()
    (data / "demo.lock").touch()
    (data / "people.json").touch()

    places.empty(data, but="demo.lock")
    assert {entry.name for entry in data.iterdir()} == {"demo.lock", places.MARKER}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs its servers as another account")
def test_root_is_told_when_the_servers_account_cannot_come_in(folder):
    folder.chmod(0o700)

    with pytest.raises(Unfit, match="cannot be reached by the account `nobody`"):
        places.prepare_data(folder / "data")


def test_a_port_that_somebody_listens_on_is_busy():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert places.is_busy(listener.getsockname()[1])
    assert not places.is_busy(places.free_port())
