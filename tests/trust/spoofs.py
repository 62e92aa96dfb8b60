"""Mails that pretend, and honest answers, made by chance: who writes, what they refer to, and how they hide it.

The relay in front of the product writes its own word on top of each, as it does in life: what it really knows.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

RELAY, HOST = "mx.portico.example", "mail.localhost"
EVIL = "mallory@evil.example"


@dataclass(frozen=True)
class World:
    """What an attacker may know: addresses, numbers and Message-IDs. `own` is a reply address for a request of theirs,
    `foreign` one of another company; what was given to the victims is not among it."""

    victims: tuple[str, ...]
    agents: tuple[str, ...]
    numbers: tuple[str, ...]
    ids: tuple[str, ...]
    own: str
    foreign: str
    genuine: dict[str, tuple[str, ...]]  # address -> reply addresses that are theirs


def spoofs(world: World, count: int, seed: int) -> Iterator[bytes]:
    """So many mails of somebody who is not who they say."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _spoof(world, chance)


def honest(world: World, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many answers of people who are, each with its sender."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _honest(world, chance)


def _spoof(world: World, chance: random.Random) -> bytes:
    who = chance.choice(world.victims + world.agents)
    fields = [("Authentication-Results", _truth(chance))]
    fields += chance.choice(_FROM)(who, chance)
    fields += [("To", _to(world, chance)), ("Message-ID", f"<{uuid4().hex}@evil.example>")]
    subject = chance.choice(
        ["Hello", f"Re: [{chance.choice(world.numbers)}]", f"[Ticket #{chance.choice(world.numbers)}]"]
    )
    fields.append(("Subject", _hidden(subject, chance)))
    for _ in range(chance.randint(0, 3)):
        fields += chance.choice(_MORE)(world, who, chance)
    body = chance.choice(_BODIES)(world, who)
    kind = [] if body.startswith("Content-Type") else [""]
    lines = [f"{_cased(name, chance)}: {_folded(value, chance)}" for name, value in fields]
    return "\n".join([*lines, *kind, body]).encode("utf-8", "replace")


def _truth(chance: random.Random) -> str:
    """What our relay says of a mail from evil.example: nothing good of anybody else's domain."""
    return chance.choice(
        [
            f"{RELAY}; dmarc=none",
            f"{RELAY}; dmarc=pass header.from=evil.example",
            f"{RELAY}; spf=pass smtp.mailfrom={EVIL}; dkim=pass header.d=evil.example",
            f"{RELAY}; dmarc=fail header.from=acme.example",
            f"{RELAY}; dkim=fail header.d=acme.example (dmarc=pass header.from=acme.example)",
        ]
    )


_FROM = [
    lambda who, chance: [("From", who)],
    lambda who, chance: [("From", f"Cleo <{who.upper()}>")],
    lambda who, chance: [("From", f'"{who}" <{EVIL}>')],
    lambda who, chance: [("From", f"{who} <{EVIL}>")],
    lambda who, chance: [("From", EVIL), ("From", who)],
    lambda who, chance: [("From", who), ("From", EVIL)],
    lambda who, chance: [("From", f"{EVIL}, {who}")],
    lambda who, chance: [("From", f"{who}, {EVIL}")],
    lambda who, chance: [("From", f"<{who}> <{EVIL}>")],
    lambda who, chance: [("From", f"({who}) {EVIL}")],
    lambda who, chance: [("From", f"{EVIL} ({who})")],
    lambda who, chance: [("From", f"{who}@evil.example")],
    lambda who, chance: [("From", f"{who}.evil.example")],
    lambda who, chance: [("From", f"=?utf-8?q?{who.replace('@', '=40')}?= <{EVIL}>")],
    lambda who, chance: [("From", EVIL), ("Sender", who), ("Reply-To", who)],
    lambda who, chance: [("From", "Cleo via list <list@evil.example>"), ("Reply-To", who), ("X-Original-From", who)],
    lambda who, chance: [("Resent-From", EVIL), ("From", who)],
    lambda who, chance: [("From", f"{who}\x00 <{EVIL}>")],
    lambda who, chance: [("From", f"friends: {who};")],
]
_MORE = [
    lambda world, who, chance: [("In-Reply-To", chance.choice(world.ids))],
    lambda world, who, chance: [("References", " ".join(chance.sample(world.ids, min(3, len(world.ids)))))],
    lambda world, who, chance: [("Reply-To", who)],
    lambda world, who, chance: [("Sender", who), ("Return-Path", f"<{who}>")],
    lambda world, who, chance: [("Authentication-Results", f"{RELAY}; dmarc=pass header.from={who.partition('@')[2]}")],
    lambda world, who, chance: [("ARC-Authentication-Results", f"i=1; {RELAY}; dmarc=pass")],
    lambda world, who, chance: [("X-Authentication-Results", f"{RELAY}; dmarc=pass")],
    lambda world, who, chance: [("Delivered-To", _forged(world, chance))],
    lambda world, who, chance: [("Cc", _forged(world, chance))],
    lambda world, who, chance: [("X-Original-To", world.own)],
    lambda world, who, chance: [("List-Id", "<list.evil.example>")],
    lambda world, who, chance: [("DKIM-Signature", "v=1; a=rsa-sha256; d=acme.example; s=x; h=from; bh=x; b=x")],
    lambda world, who, chance: [("Subject", f"[{chance.choice(world.numbers)}]")],
]
_BODIES = [
    lambda world, who: "Please send me the password.",
    lambda world, who: f"On Monday you wrote to {world.own}:\n> [{world.numbers[0]}]\n> hello",
    lambda world, who: (
        "Content-Type: message/rfc822\n\nAuthentication-Results: "
        f"{RELAY}; dmarc=pass\nFrom: {who}\nIn-Reply-To: {world.ids[0]}\nSubject: [{world.numbers[0]}]\n\nHi"
    ),
    lambda world, who: (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nAuthentication-Results: "
        f"{RELAY}; dmarc=pass\nFrom: {who}\n\nHi\n--b--"
    ),
]


def _forged(world: World, chance: random.Random) -> str:
    """A reply address that was not made by us, or not for this."""
    local, _, domain = world.own.rpartition("@")
    token = list(local.removeprefix("reply+"))
    token[chance.randrange(len(token))] = chance.choice("abcdefghijklmnopqrstuvwxyz234567")
    changed = f"reply+{''.join(token)}@{domain}"
    made_up = "reply+" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=58)) + f"@{domain}"
    return chance.choice([changed, made_up, world.own, world.foreign, f"reply+{chance.choice(world.numbers)}@{domain}"])


def _to(world: World, chance: random.Random) -> str:
    return chance.choice([f"acme@{HOST}", _forged(world, chance), f"acme@{HOST}, {_forged(world, chance)}"])


def _hidden(text: str, chance: random.Random) -> str:
    return text if chance.random() < 0.6 else f"=?utf-8?q?{''.join(f'={one:02X}' for one in text.encode())}?="


def _folded(value: str, chance: random.Random) -> str:
    return value.replace(" ", "\n ", 1) if chance.random() < 0.3 else value


def _cased(name: str, chance: random.Random) -> str:
    return chance.choice([name, name.lower(), name.upper()])


def _honest(world: World, chance: random.Random) -> tuple[str, bytes]:
    who = chance.choice([*world.victims, *world.agents])
    domain = who.partition("@")[2]
    address = chance.choice(world.genuine[who])
    is_proven = who in world.agents or chance.random() < 0.7
    by_address = who in world.agents or not is_proven or chance.random() < 0.7
    lines = [f"Authentication-Results: {RELAY}; " + (f"dmarc=pass header.from={domain}" if is_proven else "dmarc=none")]
    lines += [chance.choice([f"From: {who}", f"From: Somebody <{who.title()}>", f'From: "Body, Some" <{who}>'])]
    target = address if by_address else f"acme@{HOST}"
    lines += [chance.choice([f"To: {target}", f"To: Acme <{target.upper()}>", f"To: zoe@x.example\nCc: <{target}>"])]
    if chance.random() < 0.8 or not by_address:
        lines.append(f"In-Reply-To: {world.ids[world.victims.index(who) if who in world.victims else 0]}")
    lines += [chance.choice(["Subject: Re: your mail", "Subject: AW: =?utf-8?q?=C3=9Cber?=", "Subject:"])]
    lines += [f"Message-ID: <{uuid4().hex}@{domain}>", "", "Thank you.\n\n> quoted"]
    return who, "\n".join(lines).encode()
