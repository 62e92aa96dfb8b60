"""Companies come, rest and come back, people come and go, tickets move: after every step, what people see is the model.

`python3 -m tests.trust.stateful --examples N [--steps N]` works on a database of its own beside the environment's and
prints one JSON object: `examples` (lives played through), `steps`, `answers` compared, `leaks` = 0. A difference
ends the run with the shortest life that shows it.
"""

import argparse
import json
import os
import random
import re
import secrets
import time
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.trust import model, world
from tests.trust.model import Key, Person, Ticket

SUBJECTS = ["website", "billing", "email"]
STATUSES = ["triaged", "waiting_on_tenant", "solved", "closed"]
_MARK = re.compile(r"mark[0-9a-f]{16}")
picks = st.integers(0, 999)


class Lives(RuleBasedStateMachine):
    """What may happen. Every rule does one thing through the product and notes it in the model."""

    rows: Any = None  # puts the database back between lives
    seen: Counter[str] = Counter()

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.companies, self.people = world.cast()
        self.keys: list[Key] = []
        self.tickets: list[Ticket] = []
        for person in self.people:
            if person.name in {"ada", "bo", "lin", "sam"}:
                self.keys.append(world.issue(person))

    def teardown(self) -> None:
        self.seen["examples"] += 1
        self.rows.put_back()
        world.forget()

    def _one(self, among: list[Any], pick: int) -> Any:
        return among[pick % len(among)]

    def _staff(self) -> list[Person]:
        return [one for one in self.people if one.company is None]

    # What happens to companies.

    @rule()
    def claim(self) -> None:
        if len(self.companies) < 4:
            company, people = world.claim(f"new-{len(self.companies)}-{secrets.token_hex(3)}")
            self.companies.append(company)
            self.people += people
            self.keys.append(world.issue(people[0]))

    @rule(pick=picks)
    def suspend_or_resume(self, pick: int) -> None:
        company = self._one(self.companies, pick)
        world.suspend(company) if company.is_open else world.resume(company)
        company.is_open = not company.is_open

    @rule(pick=picks)
    def raise_generation(self, pick: int) -> None:
        company = self._one(self.companies, pick)
        company.generation += 1
        world.set_generation(self.rows, company)

    # What people do with their keys.

    @rule(pick=picks)
    def sign_in(self, pick: int) -> None:
        self.keys.append(world.sign_in(self._one(self.people, pick)))

    @rule(pick=picks)
    def issue_token(self, pick: int) -> None:
        self.keys.append(world.issue(self._one(self.people, pick)))

    @rule(pick=picks)
    def end_key(self, pick: int) -> None:
        key = self._one(self.keys, pick)
        if key.kind == "token":
            world.revoke(key)
            key.is_over = True
        else:
            answer = world.ask(key, key.person.company, "/logout", method="post")
            door = key.person.company
            assert answer.status_code == (302 if door is None or door.is_open else 503)
            key.is_over = key.is_over or (door is None or (door.is_open and key.generation == door.generation))

    # What people do with tickets.

    @rule(pick=picks, which=picks)
    def open_ticket(self, pick: int, which: int) -> None:
        key, mark = self._one(self.keys, pick), f"mark{secrets.token_hex(8)}"
        door = key.person.company or self.companies[0]
        fields = {"subject": self._one(SUBJECTS, which), "sub_subject": mark, "description": f"Text {mark}"}
        answer = world.ask(key, door, "/api/support/tickets", fields, method="post")
        expected = model.reading(key, door, None)
        assert answer.status_code == (201 if expected == 200 else expected), answer.content
        if answer.status_code == 201:
            found = answer.json()["id"]
            self.tickets.append(Ticket(door, fields["subject"], mark, found, world.index_of(found)))

    @rule(pick=picks, which=picks)
    def reply(self, pick: int, which: int) -> None:
        if self.tickets:
            key, ticket = self._one(self.keys, pick), self._one(self.tickets, which)
            door = key.person.company
            path = f"{self._path(door, ticket)}/messages"
            answer = world.ask(key, door, path, {"body": f"More {ticket.mark}"}, method="post")
            assert answer.status_code == model.replying(key, door, ticket), answer.content
            if answer.status_code == 201 and door and ticket.status in {"waiting_on_tenant", "solved"}:
                ticket.status = "in_progress"

    @rule(pick=picks, which=picks, status=st.sampled_from(STATUSES))
    def move(self, pick: int, which: int, status: str) -> None:
        if self.tickets:
            key, ticket = self._one(self.keys, pick), self._one(self.tickets, which)
            answer = world.ask(key, None, f"{self._path(None, ticket)}/status", {"status": status}, method="patch")
            assert answer.status_code == model.moving(key, ticket, status), answer.content
            if answer.status_code == 200:
                ticket.status = status

    @rule(pick=picks, which=picks, whom=picks)
    def assign(self, pick: int, which: int, whom: int) -> None:
        if self.tickets:
            key, ticket = self._one(self.keys, pick), self._one(self.tickets, which)
            assignee = self._one([None, *self._staff()], whom)
            fields = {"assigned_admin_id": assignee and assignee.id}
            answer = world.ask(key, None, f"{self._path(None, ticket)}/assign", fields, method="patch")
            assert answer.status_code == model.assigning(key, ticket, assignee), answer.content
            if answer.status_code == 200:
                ticket.assignee = assignee

    @rule(pick=picks, which=picks, level=st.sampled_from(["none", "engineer", "supervisor"]))
    def escalate(self, pick: int, which: int, level: str) -> None:
        if self.tickets:
            key, ticket = self._one(self.keys, pick), self._one(self.tickets, which)
            fields, up = {"level": level, "reason": "Beyond me."}, ["none", "engineer", "supervisor"].index(level)
            answer = world.ask(key, None, f"{self._path(None, ticket)}/escalation", fields, method="patch")
            assert answer.status_code == model.escalating(key, ticket, up), answer.content
            if answer.status_code == 200:
                ticket.level, ticket.assignee = up, None

    @rule(pick=picks, which=picks, reader=picks, is_confidential=st.booleans())
    def note(self, pick: int, which: int, reader: int, is_confidential: bool) -> None:
        if self.tickets:
            key, other = (self._one(self.keys, one) for one in (pick, reader))
            ticket = self._one(self.tickets, which)
            fields = {"body": f"note{secrets.token_hex(8)}", "is_confidential": is_confidential}
            path = f"{self._path(None, ticket)}/notes"
            answer = world.ask(key, None, path, fields, method="post")
            assert answer.status_code == model.noting(key, ticket, is_confidential), answer.content
            if answer.status_code == 201:
                ticket.notes.append((fields["body"], key.person, is_confidential))
            read = world.ask(other, None, path)
            assert read.status_code == model.reading(other, None, ticket)
            if read.status_code == 200:
                assert [one["body"] for one in read.json()["results"]] == model.notes_for(other, ticket)

    @rule(pick=picks, whom=picks, subjects=st.sets(st.sampled_from(SUBJECTS)))
    def cover(self, pick: int, whom: int, subjects: set[str]) -> None:
        key, person = self._one(self.keys, pick), self._one(self._staff(), whom)
        path = f"/platform-admin/team/coverage/{person.id}"
        answer = world.ask(key, None, path, {"subjects": sorted(subjects)}, method="put")
        allowed = 200 if key.person.is_lead else 403
        assert answer.status_code == (allowed if model.gate(key, None) == 200 else 401), answer.content
        if answer.status_code == 200:
            person.covers = set(subjects)

    def _path(self, door: model.Company | None, ticket: Ticket) -> str:
        return f"/api/support/tickets/{ticket.id}" if door else f"/platform-admin/tickets/{ticket.index_id}"

    # What people see.

    @invariant()
    def what_people_see_is_the_model(self) -> None:
        self.seen["steps"] += 1
        for _ in range(4):
            key, door = self.chance.choice(self.keys), self.chance.choice([*self.companies, None])
            if self.chance.random() < 0.6:
                door = key.person.company
            ticket = self.chance.choice([*self.tickets, None])
            question = self.chance.choice([self._ask_api, self._ask_api, self._ask_page, self._ask_base])
            question(key, door, ticket)
            self.seen["answers"] += 1

    def _ask_api(self, key: Key, door: model.Company | None, ticket: Ticket | None) -> None:
        path = "/api/support/tickets" if door else "/platform-admin/tickets"
        answer = world.ask(key, door, f"{path}?limit=100" if ticket is None else self._path(door, ticket))
        self._compare(answer, model.reading(key, door, ticket), model.who(key, door), door, ticket)

    def _ask_base(self, key: Key, door: model.Company | None, ticket: Ticket | None) -> None:
        named = door or self.companies[0]
        answer = world.ask(key, named, f"/api/support/tickets{f'/{ticket.id}' if ticket else ''}", at_base=True)
        gate = model.gate_of_base(key, named)
        expected = model.reading(key, named, ticket) if gate == 200 else gate
        self._compare(answer, expected, model.who(key, named), named, ticket)

    def _ask_page(self, key: Key, door: model.Company | None, ticket: Ticket | None) -> None:
        path = "/manager/tickets" if door else "/admin/tickets"
        path += f"/{ticket.id if door else ticket.index_id}" if ticket else ""
        expected = model.reading(key, door, ticket)
        answer = world.ask(key, door, path)
        # People are sent on: to where they sign in, or from the desk to their own page.
        self._compare(answer, {401: 302, 403: 302}.get(expected, expected), model.who(key, door), door, ticket)

    def _compare(
        self, answer: Any, expected: int, person: Person | None, door: model.Company | None, ticket: Ticket | None
    ) -> None:
        text = answer.content.decode(errors="replace") + str(answer.headers)
        found = set(_MARK.findall(text))
        assert answer.status_code == expected, (answer.status_code, expected, text[:500])
        seen = {one.mark for one in self.tickets if expected == 200 and person and model.sees(person, one)}
        wanted = seen & {ticket.mark} if ticket else seen
        if "text/html" in answer.headers.get("Content-Type", "") and not (ticket and door):
            # The console shows a ticket beside the list it is in, and a page of a list ends somewhere.
            assert (wanted if ticket else set()) <= found <= seen, (found ^ wanted, door)
        else:
            assert found == wanted, (found ^ wanted, door)


def play(rows: Any, examples: int, steps: int, *, chance: bool) -> dict[str, Any]:
    """Play so many lives; the figures. AssertionError with the shortest life in which somebody saw anything else."""
    began = time.monotonic()
    machine = type("Played", (Lives,), {"rows": rows, "seen": Counter()})
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=not chance,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)
    return {"proof": "stateful", **machine.seen, "leaks": 0, "seconds": round(time.monotonic() - began, 1)}


def main(examples: int, steps: int) -> dict[str, Any]:
    """On a copy of the tests' own database, which is dropped at the end."""
    from tests.support import databases, early  # noqa: F401 (the environment of tests)

    owner, login = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    name = f"portico_stateful_{secrets.token_hex(4)}"
    databases.clone(owner, databases.template(owner, login), name)
    os.environ |= {"DATABASE_OWNER_URL": databases.renamed(owner, name), "DATABASE_URL": databases.renamed(login, name)}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "portico.settings", "ALLOWED_HOSTS": "*"}
    try:
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()
        world.without_limits()
        return play(databases.Rows(os.environ["DATABASE_OWNER_URL"]), examples, steps, chance=True)
    finally:
        databases.drop(owner, name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=50)
    asked = parser.parse_args()
    print(json.dumps(main(asked.examples, asked.steps)))  # noqa: T201 (a command's answer)
