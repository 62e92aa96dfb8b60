"""`manage.py demo`: everything of the product on one machine, from nothing."""

import contextlib
import fcntl
import hashlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portico.embedded import joining, places, processes, telling
from portico.embedded.parts import Child, Watched, commands
from portico.embedded.places import Unfit
from portico.embedded.servers import Servers, given

# Every process of a demo carries this variable: the next start finds by it what a killed demo left.
MARK = "PORTICO_DEMO"
LOCK = "demo.lock"


@dataclass(frozen=True)
class Wishes:
    """What the command line asks for."""

    root: Path
    data: Path
    port: int
    fresh: bool = False
    info: Path | None = None


def run(wishes: Wishes) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop everything that was started. Raises Unfit when it cannot be done."""
    theirs = given()
    places.prepare_data(wishes.data)
    with _stopped_by_signals(), _alone(wishes):
        processes.clear_out(lambda: _left_behind(wishes.data))
        if wishes.fresh:
            places.empty(wishes.data, but=LOCK)
        _check_ports(wishes.port)
        telling.say(f"Portico demo; its data is in {wishes.data}")
        with contextlib.ExitStack() as stack:
            with telling.step("database and queue"):
                servers = stack.enter_context(Servers.over(wishes.data, given=theirs))
            _serve(wishes, servers)


def _left_behind(data: Path) -> list[int]:
    """What a killed demo left over this data: its parts, and servers that are about to stop."""
    servers = [pid for name in ("postgres", "valkey") for pid in processes.working_in(data / name)]
    return processes.marked(MARK, str(data)) + servers


def _check_ports(port: int) -> None:
    for one in (port, port + 1):
        if places.is_busy(one):
            raise Unfit(f"Port {one} is busy. Choose another with --port (the one after it is used as well).")


@contextlib.contextmanager
def _alone(wishes: Wishes) -> Iterator[None]:
    """One demo at a time over one data folder. The lock ends with this process, however it ends."""
    with (wishes.data / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = joining.running(wishes.data).get("BASE_HOST")
            raise Unfit(
                f"A demo with the data of {wishes.data} runs already{f' at http://{where}/' if where else ''}. "
                "Stop it, or give another folder with --data and another port with --port."
            ) from None
        yield


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or SIGHUP ends the work in order; while that goes on, more of them change nothing."""
    heard: list[object] = []

    def stop(number: object, _: object) -> None:
        heard.append(number)
        if len(heard) == 1:
            raise KeyboardInterrupt

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def _serve(wishes: Wishes, servers: Servers) -> None:
    ours = _environment(wishes, servers)
    environment = _for_children(wishes, ours)
    _prepare(wishes, environment)
    people = _fill(wishes, environment)
    children = {
        name: Child(command, wishes.data / "logs" / f"{name}.log", environment, wishes.root)
        for name, command in commands(wishes.root, wishes.port).items()
    }
    try:
        with telling.step("pages, sockets, worker, scheduler"):
            for child in children.values():
                child.start()
            _wait_until_ready(wishes, children)
        joining.announce(wishes.data, ours)
        report = {"base_url": f"http://localhost:{wishes.port}", **people}
        telling.addresses(report, wishes.data)
        if wishes.info:
            telling.write_info(wishes.info, report)
        _watch(servers, children)
    finally:
        telling.say("\nStopping ...")
        (wishes.data / joining.FILE).unlink(missing_ok=True)
        processes.end([child.process for child in children.values() if child.process])


def _environment(wishes: Wishes, servers: Servers) -> dict[str, str]:
    return {
        **servers.environment,
        "BASE_HOST": f"localhost:{wishes.port}",
        "LIVE_URL": f"ws://{{host}}:{wishes.port + 1}/live/",
        "DATA_DIR": str(wishes.data),
        "STATIC_ROOT": str(wishes.data / "static"),
        "EMAIL_URL": f"file://{wishes.data}/mail",
        "SHOW_MAIL": "1",
        "DJANGO_SETTINGS_MODULE": "portico.settings",
        "DEMO": "1",
    }


def _for_children(wishes: Wishes, environment: Mapping[str, str]) -> dict[str, str]:
    """What the demo says, over what the caller's shell says; a shell set up for production stays out of it."""
    shell = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "HTTPS", "PORTICO_OWNER"}}
    paths = os.pathsep.join([str(wishes.root / "platform"), str(wishes.root)])
    return {**shell, **environment, "PYTHONPATH": paths, MARK: str(wishes.data)}


def _prepare(wishes: Wishes, environment: Mapping[str, str]) -> None:
    _command(wishes, environment, "tables, roles, ready schemas", ["setup", "--companies"])
    stamp, current = wishes.data / "static.stamp", _static_mark(wishes.root)
    if not stamp.exists() or stamp.read_text() != current:
        _command(wishes, environment, "static files", ["collectstatic", "--clear", "--noinput", "--verbosity=0"])
        stamp.write_text(current)


def _static_mark(root: Path) -> str:
    """Changes with every file that collectstatic would take."""
    digest = hashlib.sha256((root / "deploy" / "requirements.lock").read_bytes())
    for folder in sorted(root.glob("*/*/static")):
        for file in sorted(folder.rglob("*")):
            digest.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}\n".encode())
    return digest.hexdigest()


def _fill(wishes: Wishes, environment: Mapping[str, str]) -> dict[str, Any]:
    """The example companies; returns them with their people, logins and tokens."""
    file = wishes.data / "people.json"
    _command(wishes, environment, "example companies", ["seed_demo", "--to", str(file)])
    return telling.take_people(file)


def _command(wishes: Wishes, environment: Mapping[str, str], words: str, arguments: list[str]) -> None:
    log = wishes.data / "logs" / f"{arguments[0]}.log"
    log.unlink(missing_ok=True)
    child = Child([sys.executable, str(wishes.root / "manage.py"), *arguments], log, environment, wishes.root)
    with telling.step(words) as going_on:
        child.start()
        process = child.process
        try:
            while process and not processes.has_ended(process):
                going_on()
                time.sleep(0.1)
        finally:
            processes.end([process] if process else [])
        if process and process.returncode:
            raise Unfit(f"{words} failed: {telling.last_line(log)} (all words: {log})")


def _wait_until_ready(wishes: Wishes, children: Mapping[str, Child]) -> None:
    def dead() -> list[str]:
        return [name for name, child in children.items() if child.process and processes.has_ended(child.process)]

    def settled() -> bool:
        return bool(dead()) or (places.is_busy(wishes.port + 1) and _answers(wishes.port))

    if not processes.wait_until(settled, 60, pause=0.2):
        raise Unfit(f"The pages are not ready after a minute; see {wishes.data / 'logs'}.")
    for name in dead():
        log = children[name].log
        raise Unfit(f"{name} did not start: {telling.last_line(log)} (all words: {log})")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:  # noqa: S310  ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch(servers: Servers, children: Mapping[str, Child]) -> None:
    watched = [
        Watched("database", servers.postgres.start, lambda: servers.postgres.process, telling.say),
        Watched("queue", servers.valkey.start, lambda: servers.valkey.process, telling.say),
    ]
    for name, child in children.items():
        watched.append(Watched(name, child.start, lambda child=child: child.process, telling.say))  # type: ignore[misc]
    while True:
        for one in watched:
            one.look()
        time.sleep(0.3)
