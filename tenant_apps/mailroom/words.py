"""Why a mail is where it is, in sentences: made when they are read, from the facts that its decision left."""

from typing import Any

from tenant_apps.mailroom.models import Incoming

HELD = {
    "sender": "It does not say clearly who sent it: there has to be one From line with one address in it.",
    "blocked": "Its sender, or the sender’s domain, is on your list of those who are kept out.",
    "forged": "The sender’s domain says that this mail is not from there (DMARC).",
    "loop": "Its sender has written five times within ten minutes, as programs do that answer each other.",
    "too_many": "Its sender has written more mails in an hour than you allow.",
    "list": "It was sent to a mailing list, or to many people at once.",
    "spam": "The spam filter takes it for spam.",
    "own": "A desk of this installation sent it by itself, and nobody answers those.",
    "auto_reply": "It is an automatic answer to something that is no request here.",
    "agent": "It says that it is from one of your agents, and nothing proves that.",
    "stranger": "It was sent to a reply address of this request by somebody who does not take part in it.",
    "platform_closed": "It answers a request to Portico that is closed. Open another one there.",
    "unverified": "You let in only senders who are known or proven, and this one is new.",
    "not_fetched": "Its provider did not hand over all of it.",
    "refused": "The desk did not take it.",
    "headers": "Its head is larger than any honest mail’s.",
    "parts": "It has more parts than any honest mail.",
    "depth": "Its parts are nested deeper than in any honest mail.",
    "content": "What is packed in it is larger than anything that is unpacked here.",
    "time": "Reading it took too long.",
    "memory": "Reading it took too much memory.",
    "trouble": "It could not be read, and that may be our mistake. Try it again after an update.",
}
_WAYS = {
    "address": "It was sent to the reply address that its sender was given for this request.",
    "thread": "It answers a mail of this request.",
    "subject": "Its subject names this request.",
    "recent": "This was the only open request of its sender, and somebody spoke in it within the last seven days.",
    "hand": "Somebody on your team decided that.",
    "link": "Its sender confirmed by a link sent to their address that it is theirs.",
}
_NAMED = {
    "address": "was sent to a reply address of {}",
    "thread": "refers to a mail of {}",
    "subject": "names {} in its subject",
    "recent": "could belong to {}",
}
_NOT = {
    "stranger": "its sender does not take part in that request",
    "unproven": "nothing proves that it is from its sender",
    "agent": "whoever writes as an agent has to use their own reply address and be proven by their domain",
}
_PROOF = {
    "dmarc": "Its sender’s domain vouches for it (DMARC).",
    "": "No domain vouches for its sender.",
}


def why(mail: Incoming) -> list[str]:
    """The reasons, the weightiest first."""
    facts: dict[str, Any] = mail.why
    code = facts.get("why", "")
    said = [_main(mail, code, facts)]
    said += [_passed(*one) for one in facts.get("passed", [])]
    if mail.state == Incoming.State.FILED and code != "released":
        said.append(_PROOF.get(facts.get("proof", ""), ""))
    if facts.get("asked_at") and mail.state == Incoming.State.HELD:
        said.append("Its sender was sent a link by which they can say that it is theirs.")
    if facts.get("follows"):
        said.append(f"{facts['follows']} is closed and takes no more, so this goes on from it.")
    said += [f"Not taken: {one}" for one in facts.get("refused", [])]
    said += [f"{note[:1].upper()}{note[1:]}." for note in facts.get("notes", [])]
    return [one for one in said if one]


def _main(mail: Incoming, code: str, facts: dict[str, Any]) -> str:
    if mail.state == Incoming.State.FILED:
        return _WAYS.get(facts.get("way", ""), "It was taken as a new request.")
    if mail.state == Incoming.State.WAITING:
        return "It is being read."
    if mail.state == Incoming.State.TWICE:
        return "The same mail came before."
    if mail.state == Incoming.State.NOTED and code == "test":
        return "It was sent from a channel’s page to see whether it arrives. It did."
    if mail.state == Incoming.State.NOTED:
        return (
            "A mail did not arrive."
            if code == "bounce"
            else "It is an automatic answer: it is noted and wakes nothing."
        )
    words = facts.get("words", "")
    return HELD.get(code, "It was held back.") + (f" ({words})" if words else "")


def _passed(number: str, way: str, trouble: str, *_: object) -> str:
    if not number:
        return ""
    return f"It {_NAMED.get(way, 'names {}').format(number)}, but {_NOT.get(trouble, trouble)}."
