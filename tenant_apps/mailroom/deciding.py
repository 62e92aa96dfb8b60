"""Where a mail belongs, and why: a pure function of facts. `words` says the same to people.

Nothing that a sender writes leads into a request by itself. A signed reply address, a reference to a mail of the
request, the tag in the subject and the sender's only open request each *name* one; the mail joins it only when its
sender is one of its people, and is proven to be: by their domain (DMARC), or by an address that was made for them.
The source documents begin with the subject. It is the easiest to guess, and comes third here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

JOIN, OPEN, HOLD, NOTE = "join", "open", "hold", "note"
DMARC, FAILED = "dmarc", "failed"
PERSON, AUTO_REPLY, AUTOMATIC, BOUNCE, LIST, OWN = "person", "auto_reply", "automatic", "bounce", "list", "own"
# So many mails of one sender in ten minutes are no person's any more; two machines that answer each other stop here.
MOST_IN_TEN_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a mail when it is decided about. Requests are named by their keys, people by address."""

    sender: str
    is_single: bool = True  # one From field with one address in it
    kind: str = PERSON
    proof: str = ""  # DMARC, FAILED (their domain says that it is not from there), or nothing
    token: UUID | None = None  # the request of a signed reply address
    token_for: str = ""  # whom that address was made for
    threads: tuple[UUID, ...] = ()  # requests whose mails it refers to, the latest first
    tagged: UUID | None = None  # by the tag in the subject
    recent: tuple[UUID, ...] = ()  # open requests of the sender in which somebody spoke within 7 days
    people: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    of_platform: frozenset[UUID] = frozenset()  # those that the platform answers
    is_agent: bool = False  # the address is that of somebody who answers here
    is_known: bool = False  # somebody has written from there before, and was let in
    is_blocked: bool = False
    is_allowed: bool = False
    in_ten_minutes: int = 0
    in_an_hour: int = 0
    most_in_an_hour: int = 30
    spam: float | None = None
    spam_from: float = 5.0
    verify_first: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do: `action`, with which request, found in which `way`; `why` is a code. `passed` are requests that the
    mail named and did not join, each with the reason."""

    action: str
    why: str
    way: str = ""
    ticket: UUID | None = None
    as_agent: bool = False
    passed: tuple[tuple[UUID, str, str], ...] = ()
    may_answer: bool = True
    proof: str = ""


def decide(facts: Facts) -> Decision:
    """What becomes of the mail."""
    found = _no_word(facts) or _not_let_in(facts) or _with_request(facts)
    return replace(found, proof=facts.proof)


def _no_word(facts: Facts) -> Decision | None:
    """What no person has said is never answered, wakes nothing, and joins nothing."""
    named = facts.token or next(iter(facts.threads), None)
    if facts.kind == OWN:
        return Decision(HOLD, "own", may_answer=False)
    if facts.kind == BOUNCE:
        return Decision(NOTE, "bounce", ticket=named, may_answer=False)
    if facts.kind == AUTO_REPLY:
        return Decision(NOTE if named else HOLD, "auto_reply", ticket=named, may_answer=False)
    return None


def _not_let_in(facts: Facts) -> Decision | None:
    if not facts.sender or not facts.is_single:
        return _held("sender")
    if facts.is_blocked:
        return _held("blocked")
    if facts.proof == FAILED:
        return _held("forged")
    if facts.in_ten_minutes >= MOST_IN_TEN_MINUTES:
        return _held("loop")
    if facts.is_allowed:
        return None
    if facts.in_an_hour >= facts.most_in_an_hour:
        return _held("too_many")
    if facts.kind == LIST:
        return _held("list")
    return _held("spam") if facts.spam is not None and facts.spam >= facts.spam_from else None


def _with_request(facts: Facts) -> Decision:
    passed: list[tuple[UUID, str, str]] = []
    for way, ticket in _named(facts):
        trouble = _trouble_with(facts, way, ticket)
        if not trouble:
            return Decision(JOIN, "joined", way, ticket, as_agent=facts.is_agent, may_answer=_may_answer(facts))
        passed.append((ticket, way, trouble))
    if facts.is_agent and facts.proof != DMARC:
        return Decision(HOLD, "agent", passed=tuple(passed), may_answer=False)
    if facts.token and passed and passed[0][1] == "address":
        return Decision(HOLD, "stranger", "address", facts.token, passed=tuple(passed), may_answer=False)
    if facts.verify_first and not (facts.is_known or facts.is_allowed or facts.proof == DMARC):
        return Decision(HOLD, "unverified", passed=tuple(passed), may_answer=_may_answer(facts))
    return Decision(OPEN, "new", passed=tuple(passed), may_answer=_may_answer(facts))


def _named(facts: Facts) -> Iterator[tuple[str, UUID]]:
    """The requests that the mail names, the strongest way first, each once."""
    ways = [("address", facts.token), *(("thread", one) for one in facts.threads), ("subject", facts.tagged)]
    if len(facts.recent) == 1:
        ways.append(("recent", facts.recent[0]))
    seen: set[UUID] = set()
    for way, ticket in ways:
        if ticket is not None and ticket not in seen:
            seen.add(ticket)
            yield way, ticket


def _trouble_with(facts: Facts, way: str, ticket: UUID) -> str:
    """Why the mail does not join this request; empty when it does."""
    if ticket in facts.of_platform and facts.sender not in facts.people.get(ticket, frozenset()):
        return "stranger"
    if facts.is_agent:
        # Whoever speaks for the company needs both: an address can be forwarded, and a domain has many people.
        return "" if facts.proof == DMARC and way == "address" and facts.token_for == facts.sender else "agent"
    if facts.sender not in facts.people.get(ticket, frozenset()):
        return "stranger"
    by_address = way == "address" and facts.token_for in ("", facts.sender)
    return "" if facts.proof == DMARC or by_address else "unproven"


def _may_answer(facts: Facts) -> bool:
    return facts.kind == PERSON


def _held(why: str) -> Decision:
    return Decision(HOLD, why, may_answer=False)
