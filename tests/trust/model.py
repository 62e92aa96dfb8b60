"""Who may see what, as one would tell it on paper: plain Python that knows nothing of the product."""

from dataclasses import dataclass, field

DESK = {"owner", "manager", "agent"}
LEADS = {"platform_owner", "platform_admin", "platform_supervisor"}


@dataclass
class Company:
    slug: str
    id: int
    generation: int = 1
    is_open: bool = True


@dataclass(eq=False)
class Person:
    """Somebody of a company, or of the staff (no company), who covers subjects."""

    name: str
    role: str
    id: str
    company: Company | None = None
    covers: set[str] = field(default_factory=set)

    @property
    def is_lead(self) -> bool:
        return self.company is None and self.role in LEADS

    @property
    def level(self) -> int:
        return 2 if self.is_lead else int(self.company is None and self.role == "platform_engineer")


@dataclass(eq=False)
class Key:
    """A session or a token: whose, and of which generation of the company."""

    kind: str
    text: str
    person: Person
    generation: int
    is_over: bool = False


@dataclass(eq=False)
class Ticket:
    company: Company
    subject: str
    mark: str
    id: str
    index_id: int
    status: str = "new"
    assignee: Person | None = None
    level: int = 0
    notes: list[tuple[str, Person, bool]] = field(default_factory=list)  # words, by whom, whether for few


def who(key: Key, door: Company | None) -> Person | None:
    """Who stands at a company's door (None: the console's) with this key."""
    person = key.person
    if key.is_over or person.company is not door or (door and key.generation != door.generation):
        return None
    return person


def gate(key: Key, door: Company | None) -> int:
    """200 when a program with this key is let in, else what it is told."""
    if door and not door.is_open:
        return 503
    return 200 if who(key, door) else 401


def gate_of_base(key: Key, named: Company) -> int:
    """The same on the base host, where a token and `X-Company-Id` say together which door is meant."""
    if key.kind != "token":
        return 401
    if key.person.company is not named:
        return 404
    return gate(key, named)


def sees(person: Person, ticket: Ticket) -> bool:
    """Whether the ticket exists as far as this person is concerned."""
    if person.company:
        return person.company is ticket.company and person.role in DESK
    return person.is_lead or ticket.subject in person.covers or ticket.assignee is person


def reading(key: Key, door: Company | None, ticket: Ticket | None) -> int:
    """The answer to a program that reads this ticket, or the list (None)."""
    person = who(key, door)
    if gate(key, door) != 200 or person is None:
        return gate(key, door)
    if person.company and person.role not in DESK:
        return 403
    return 200 if ticket is None or sees(person, ticket) else 404


def replying(key: Key, door: Company | None, ticket: Ticket) -> int:
    found = reading(key, door, ticket)
    if found != 200:
        return found
    return 409 if ticket.status == "closed" else 201


def moving(key: Key, ticket: Ticket, status: str) -> int:
    """The answer to staff who set the status; out of closed only leads move a ticket."""
    found = reading(key, None, ticket)
    if found != 200 or ticket.status == status:
        return found
    return 409 if ticket.status == "closed" and not key.person.is_lead else 200


def assigning(key: Key, ticket: Ticket, assignee: Person | None) -> int:
    """The answer to staff who assign; to others only leads and account managers do, and without a reason at that."""
    found = reading(key, None, ticket)
    if found != 200 or assignee is None or assignee is key.person:
        return found
    return 200 if key.person.is_lead or key.person.role == "platform_account_manager" else 403


def escalating(key: Key, ticket: Ticket, level: int) -> int:
    """The answer to staff who pass it up or down: down goes what has come no further than where they stand."""
    found = reading(key, None, ticket)
    if found != 200:
        return found
    if level < ticket.level and key.person.level < ticket.level:
        return 403
    is_done = ticket.status in {"solved", "closed"}
    return 409 if level == ticket.level or (level > ticket.level and is_done) else 200


def noting(key: Key, ticket: Ticket, is_confidential: bool) -> int:
    """The answer to staff who write a note; only engineers and leads write for few."""
    found = reading(key, None, ticket)
    if found != 200:
        return found
    return 201 if key.person.level or not is_confidential else 403


def notes_for(key: Key, ticket: Ticket) -> list[str]:
    """What they are told of the notes beside it."""
    return [words for words, by, for_few in ticket.notes if key.person.level or not for_few or by is key.person]
