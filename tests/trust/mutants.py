"""Breaks the gate, tenancy and permission modules in small ways, one at a time, and asks the tests whether they notice.

`python3 -m tests.trust.mutants [--processes 2] [--seconds N] [--only PATH …] [--every N]` works in copies of the tree
in a temporary folder and prints one JSON object: `mutants` tried, `killed`, `survived` (file, line and change), `score`
in percent, `broken` = not judged, since the tests fail without them, and `left` = how many the time did not suffice
for; they are tried in an order of chance, so that a score over some tells of all. A mutant counts as killed when a
test fails or does not end in time. Lines for `log.` and `metrics.`, annotations, decorators and the words of refusals
are left alone: a test that pins prose proves nothing.
"""

import argparse
import contextlib
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.trust.mutations import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
_GATE = ["tests/portico/test_gate_edges.py", "tests/portico/test_gate.py"]
_DOORS = ["tests/tenants/test_door_edges.py", "tests/tenants/test_doors.py"]
_KEYS = ["tests/portico/test_keys.py", "tests/accounts/test_keys.py", "tests/accounts/test_sign_in.py"]
_KEYS += ["tests/attack/test_keys.py"]
_PROGRAMS = ["tests/api/test_scopes.py", "tests/attack/test_keys.py"]
_RIGHTS = ["tests/portico/test_rights.py"]
_POOL = ["tests/tenants/test_provision_edges.py", "tests/tenants/test_provision.py"]
_NEWBORN = "tests/tenants/test_newborn.py"
_KERNEL = ["tests/portico/test_kernel_edges.py", "tests/portico/test_kernel.py"]
_DUE = ["tests/portico/test_task_edges.py", "tests/ops/test_tasks.py"]
# What is broken -> the tests that must notice, the likeliest first.
TARGETS = {
    "platform/portico/database/backend/base.py": _GATE,
    "platform/portico/database/scope.py": _GATE,
    "platform/portico/actor.py": _RIGHTS,
    "tenant_apps/tickets/access.py": [
        *_RIGHTS,
        "tests/portico/test_desk_rights.py",
        "tests/portico/test_desk_sight.py",
    ],
    "shared_apps/staff/access.py": _RIGHTS,
    "tenant_apps/visits/access.py": ["tests/visits/test_access.py"],
    "tenants/life/access.py": _RIGHTS,
    "shared_apps/accounts/tokens.py": _KEYS,
    "shared_apps/accounts/sessions.py": _KEYS,
    "shared_apps/accounts/actors.py": _KEYS,
    "shared_apps/accounts/middleware.py": [*_KEYS, *_DOORS],
    "shared_apps/accounts/actions.py": _KEYS,
    "shared_apps/accounts/keys.py": _KEYS,
    "shared_apps/accounts/access.py": [*_KEYS, *_PROGRAMS],
    "platform/portico/api/scopes.py": _PROGRAMS,
    "platform/portico/cors.py": ["tests/api/test_cors.py"],
    "tenant_apps/tickets/origins.py": ["tests/api/test_cors.py"],
    "tenants/routing.py": _DOORS,
    "tenants/middleware.py": _DOORS,
    "platform/portico/origin.py": [*_KERNEL, "tests/ops/test_http.py"],
    "platform/portico/cache.py": [*_KERNEL, "tests/ops/test_cache.py"],
    "platform/portico/storage.py": [*_KERNEL, "tests/ops/test_storage.py"],
    "platform/portico/limits.py": [*_KERNEL, "tests/ops/test_limits.py"],
    "platform/portico/throttle.py": [*_KERNEL, "tests/ops/test_throttle.py", *_PROGRAMS],
    "platform/portico/events.py": [*_KERNEL, "tests/portico/test_events.py"],
    "platform/portico/tasks.py": _DUE,
    "platform/portico/reacting.py": _DUE,
    "platform/portico/work.py": _DUE,
    "tenants/provision/claim.py": _POOL,
    "tenants/provision/pool.py": [*_POOL, _NEWBORN],
    "tenants/provision/recording.py": [*_POOL[:1], _NEWBORN],
    "tenants/owner.py": [*_POOL[:1], _NEWBORN],
    "tenants/house.py": [_NEWBORN],
    "tenants/rights.py": [_NEWBORN],
    "tenants/checks.py": ["tests/tenants/test_checks.py"],
}
# Changes that no test can tell from the original, and why.
EQUIVALENT: dict[str, str] = {
    "tenants/provision/recording.py:102 1 -> 2": "only the first word is looked at, however many are split off",
    "tenants/owner.py:33 'ENGINE' -> 'ENGINE~'": "the wrapper is made by its class; nobody reads the name of it there",
    "platform/portico/tasks.py:34 0 -> 1": "where nothing was deleted, the counts by model are empty, too",
    "platform/portico/tasks.py:49 0 -> 1": "where nothing was deleted, the counts by model are empty, too",
    "tenants/rights.py:65 'utf-8' -> 'utf-8~'": "Python finds the same encoding under that name",
}
_SECONDS = 90.0


def _preload() -> None:
    """What every run of tests imports and no mutant changes: it is read once, and the runs are forked from here."""
    names = "pytest django.db.backends.postgresql.base django.test django.template.loader celery.app kombu redis"
    for name in f"{names} psycopg rest_framework.serializers drf_spectacular.utils structlog hypothesis".split():
        with contextlib.suppress(Exception):  # some want settings; then each run reads them
            __import__(name)
    for name in [one for one in sys.modules if one.split(".")[0] in {"portico", "tenants", "shared_apps"}]:
        del sys.modules[name]


def _forked(tests: list[str], mark: str, seconds: float) -> bool:
    """Run these tests in a child; whether all passed in time."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            code = _tests_here(tests, mark)
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _tests_here(tests: list[str], mark: str) -> int:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    import pytest

    from tests.support import databases

    databases._mark_of_sources = lambda: mark  # a mutant stands on the rows of the original
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests]))


def work() -> None:
    """A worker in its copy of the tree: takes mutants line by line, answers whether the tests still pass."""
    from tests.support import databases

    mark, healthy = databases._mark_of_sources(), {}
    _preload()
    for line in sys.stdin:
        mutant = Mutant(**json.loads(line))
        tests = [name for name in TARGETS[mutant.path] if Path(name).exists()]
        if mutant.path not in healthy:  # it also leaves bytecode for all that is not mutated
            sys.dont_write_bytecode = False
            healthy[mutant.path] = _forked(tests, mark, _SECONDS)
            sys.dont_write_bytecode = True
        answer = _passes_with(mutant, tests, mark) if healthy[mutant.path] else None
        print(json.dumps(answer), flush=True)  # noqa: T201 (the answer to the driver)


def _passes_with(mutant: Mutant, tests: list[str], mark: str) -> bool:
    path = Path(mutant.path)
    original, times = path.read_bytes(), path.stat()
    path.write_text(mutant.source, encoding="utf-8")
    try:
        return _forked(tests, mark, _SECONDS)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _copy_tree(folder: Path) -> Path:
    skipped = shutil.ignore_patterns(".git", ".data", ".venv", "__pycache__", "node_modules", ".*_cache")
    return Path(shutil.copytree(ROOT, folder, ignore=skipped))


def _drive(
    tree: Path, waiting: "queue.SimpleQueue[Mutant]", until: float, tell: Callable[[Mutant, bool | None], None]
) -> None:
    env = os.environ | {"PYTHONPATH": f"{tree / 'platform'}:{tree}"}
    env["PYTEST_XDIST_WORKER"] = f"gw{5 + int(tree.name)}"  # a cache of its own
    command = [sys.executable, "-m", "tests.trust.mutants", "--work"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tree, env=env, stdin=pipe, stdout=pipe, text=True) as worker:
        assert worker.stdin
        assert worker.stdout
        while time.monotonic() < until:
            try:
                mutant = waiting.get_nowait()
            except queue.Empty:
                break
            worker.stdin.write(json.dumps(asdict(mutant)) + "\n")
            worker.stdin.flush()
            tell(mutant, json.loads(worker.stdout.readline()))
        worker.stdin.close()


def run(chosen: list[Mutant], *, processes: int = 2, seconds: float = 3_600, progress: bool = False) -> dict[str, Any]:
    """Try these mutants for as long as there is time; the figures."""
    began, killed, survived, broken = time.monotonic(), [], [], []
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in chosen:
        waiting.put(mutant)

    def tell(mutant: Mutant, passed: bool | None) -> None:
        {None: broken, True: survived, False: killed}[passed].append(mutant.name)
        if progress:
            word = {None: "broken", True: "SURVIVED", False: "killed"}[passed]
            print(f"{word:9}", mutant.name, file=sys.stderr, flush=True)  # noqa: T201

    with tempfile.TemporaryDirectory(prefix="portico-mutants-") as name:
        trees = [_copy_tree(Path(name) / str(number)) for number in range(processes)]
        drivers = [threading.Thread(target=_drive, args=(tree, waiting, began + seconds, tell)) for tree in trees]
        for driver in drivers:
            driver.start()
        for driver in drivers:
            driver.join()
    tried = len(killed) + len(survived)
    return {
        "proof": "mutants",
        "mutants": tried,
        "killed": len(killed),
        "survived": sorted(survived),
        "score": round(100 * len(killed) / tried, 1) if tried else None,
        "broken": len(broken),
        "left": len(chosen) - tried - len(broken),
        "seconds": round(time.monotonic() - began, 1),
    }


def choose(only: list[str], every: int = 1, seed: int = 1) -> list[Mutant]:
    """Mutants of the named modules (all when none is named); one in `every`, by chance."""
    chance, chosen = random.Random(seed), []
    for path in (one for one in TARGETS if not only or any(word in one for word in only)):
        made = mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))
        chosen += [one for one in made if one.name not in EQUIVALENT and chance.random() * every < 1]
    chance.shuffle(chosen)
    return chosen


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3_600)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work()
    else:
        found = run(choose(asked.only, asked.every), processes=asked.processes, seconds=asked.seconds, progress=True)
        print(json.dumps(found))  # noqa: T201 (a command's answer)
