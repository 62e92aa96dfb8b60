"""Those who work while `crash` kills: managers, staff and apps, who repeat each request until it is answered."""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

if TYPE_CHECKING:
    from tests.trust.crash import Demo


class Caller(threading.Thread):
    """Somebody who repeats each request until it is answered; `acknowledged` are such steps, by kind and key."""

    where: dict[str, str] = {}  # which door it is, as headers

    def __init__(self, demo: "Demo", token: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.demo, self.token, self.stop = demo, token, stop
        self.acknowledged: dict[tuple[str, str], Any] = {}
        self.seen: Counter[str] = Counter()
        self.last_answer = time.monotonic()

    def run(self) -> None:
        while not self.stop.is_set():
            self._work()
            time.sleep(0.02)

    def _work(self) -> None:
        raise NotImplementedError

    def _until_done(self, step: str, key: str, do: Callable[[], Any]) -> Any:
        """The answer, which was acknowledged; None when there was none for so long that this one gives up."""
        for _ in range(200):
            answer = do()
            if answer:
                self.acknowledged[step, key] = answer
                self.last_answer = time.monotonic()
                return answer
            self.seen["repeated"] += 1
            time.sleep(0.2)
        return None

    def _say(self, path: str, key: str, words: str) -> Any:
        return self._send("POST", path, {"body": words}, **{"Idempotency-Key": key})

    def _known(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | self.where

    def _send(self, method: str, path: str, body: dict[str, Any] | None, **headers: str) -> Any:
        """The answer; None when there is none, or not this one. What stands there already was done before."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.demo.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=self._known() | headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            self.seen[f"status {error.code}"] += 1
            return self._is_there(error) or None
        except (OSError, ValueError, HTTPException):  # the rest of an answer may be missing, too
            self.seen["no answer"] += 1
        return None

    def _is_there(self, refusal: urllib.error.HTTPError) -> bool:
        """Whether it was done before, by a request whose answer was lost."""
        try:
            return refusal.code == 409 and b"already_there" in refusal.read()
        except (OSError, HTTPException):
            return False


class Writer(Caller):
    """A manager who opens tickets, adds a word to each, and leaves it to staff."""

    def __init__(self, demo: "Demo", company: dict[str, Any], token: str, stop: threading.Event) -> None:
        super().__init__(demo, token, stop)
        self.company, self.where = company, {"X-Company-Id": str(company["id"])}
        self.opened: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def _work(self) -> None:
        key = uuid.uuid4().hex
        body = {"subject": "website", "sub_subject": key, "description": f"Words {key}"}
        head = {"Idempotency-Key": key}
        ticket = self._until_done("open", key, lambda: self._send("POST", "/api/support/tickets", body, **head))
        if ticket:
            path = f"/api/support/tickets/{ticket['id']}/messages"
            self._until_done("add", key, lambda: self._say(path, f"{key}-add", f"add {key}"))
            self.opened.put((key, ticket["number"]))


class Staff(Caller):
    """A supervisor who takes up what one manager opens: moves it on, takes it, answers and escalates it."""

    def __init__(self, demo: "Demo", person: dict[str, Any], writer: Writer, stop: threading.Event) -> None:
        super().__init__(demo, person["token"], stop)
        self.writer, self.where = writer, {"Host": urlsplit(demo.info["console"]["url"]).netloc}
        with psycopg.connect(demo.owner_url()) as owner:
            row = owner.execute("SELECT id FROM public.accounts_user WHERE email = %s", [person["email"]]).fetchone()
        self.me = str(row[0]) if row else ""

    def _work(self) -> None:
        try:
            key, number = self.writer.opened.get(timeout=0.2)
        except queue.Empty:
            return
        found = self._until_done("find", key, lambda: self._found(number))
        if not found:
            return
        path = f"/platform-admin/tickets/{found['id']}"
        move = {"status": "in_progress"}
        self._until_done("move", key, lambda: self._send("PATCH", f"{path}/status", move))
        self._until_done("take", key, lambda: self._send("PATCH", f"{path}/assign", {"assigned_admin_id": self.me}))
        self._until_done("answer", key, lambda: self._say(f"{path}/messages", f"{key}-answer", f"answer {key}"))
        up = {"level": "engineer", "reason": "Beyond me"}
        self._until_done("escalate", key, lambda: self._send("PATCH", f"{path}/escalation", up))

    def _found(self, number: str) -> Any:
        listed = f"/platform-admin/tickets?search={number}&company_id={self.writer.company['id']}"
        answer = self._send("GET", listed, None)
        return next((one for one in (answer or {}).get("results", []) if one["number"] == number), None)


class App(Writer):
    """An app that tells what happened in it, and repeats a batch until it is answered. Keys are those of events."""

    def _work(self) -> None:
        key = uuid.uuid4().hex
        self._until_done("tell", key, lambda: self._tell(key))

    def _tell(self, key: str) -> str | None:
        kinds = ({"type": "app_launch"}, {"type": "crash", "error_type": "ValueError", "stack": "at sync.py:1"})
        happened = [one | {"id": str(uuid.UUID(key)), "at": "2026-01-01T00:00:00Z"} for one in kinds[:1]]
        happened += [kinds[1] | {"id": str(uuid.uuid5(uuid.UUID(key), "crash")), "at": "2026-01-01T00:00:00Z"}]
        body = {"app": {"version": "4.2.1", "os": "Linux"}, "events": happened}
        answer = self._send("POST", "/api/v1/telemetry/events", body)
        return key if answer and answer["accepted"] == len(happened) else None
