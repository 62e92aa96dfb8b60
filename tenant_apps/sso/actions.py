"""What owners say about who may vouch for their people."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from portico import asks, clock, fetching
from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenant_apps.sso import access, ldap, providers, reading, refreshing, saml
from tenant_apps.sso.models import KINDS, ROLES, Connection, Link
from tenant_apps.tickets.text import clean_text

MOST = 20
_KEPT = ("roles",)  # options that are set elsewhere (`mapping`)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_DIRECTORY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a connection shall be. An empty `secret` leaves the one there is; `metadata` is read into the options."""

    name: str
    client_id: str = ""
    secret: str = ""
    issuer: str = ""
    directory: str = ""
    entity_id: str = ""
    sso_url: str = ""
    certificates: tuple[str, ...] = ()
    metadata: bytes = b""
    metadata_url: str = ""
    host: str = ""
    port: int = 0
    tls: str = ""
    base: str = ""
    filter: str = ""
    domains: tuple[str, ...] = ()
    default_role: str = ""
    flags: dict[str, bool] = field(default_factory=dict)  # vouches, starts_there


@transaction.atomic
def add(kind: str, wish: Wish, *, by: Actor) -> Connection:
    """A connection that nobody sees yet: it is tried first, and switched on then."""
    access.require(by, "keep_connections")
    if kind not in KINDS:
        raise Missing
    if Connection.objects.count() >= MOST:
        raise Refused("too_many_connections", f"At most {MOST} connections fit. Take one away first.")
    made = Connection(kind=kind)
    _fill(made, wish)
    made.save(force_insert=True)
    refreshing.plan(made)
    record("connection.create", made, by=by, desk="company", name=made.name, after=facts_of(made))
    return made


@transaction.atomic
def change(connection_id: UUID, wish: Wish, *, by: Actor) -> Connection:
    """What is set of a connection. Another provider behind it is another connection: its links would be others'."""
    access.require(by, "keep_connections")
    found = _lock(connection_id)
    before, place = facts_of(found), _place(found)
    _fill(found, wish)
    if place != _place(found) and found.links.exists():
        raise Invalid(
            {_PLACE[found.kind]: ["People are connected with this provider. For another one, add a connection."]}
        )
    if found.is_enforced:
        _require_enforceable(found)
    found.tried_at = found.tried_at if before == facts_of(found) and not wish.secret else None
    found.is_enforced = found.is_enforced and found.tried_at is not None
    found.save()
    refreshing.plan(found)
    _told(found, "connection.update", by, name=found.name, before=before, after=facts_of(found))
    return found


@transaction.atomic
def switch(connection_id: UUID, *, on: bool, by: Actor) -> Connection:
    """Show a connection on the sign-in page, or take it from there. What is off is enforced on nobody."""
    access.require(by, "keep_connections")
    found = _lock(connection_id)
    missing = providers.lacks(found)
    if on and missing:
        raise Refused("not_configured", f"There is still something missing: {', '.join(missing)}.")
    if found.is_active == on:
        return found
    found.is_active, found.is_enforced = on, found.is_enforced and on
    found.save(update_fields=["is_active", "is_enforced"])
    _told(found, "connection.switch", by, name=found.name, on=on)
    return found


@transaction.atomic
def enforce(connection_id: UUID, *, on: bool, by: Actor) -> Connection:
    """From now on people of its domains come in through it alone. Owners keep their password: somebody must get in
    when the provider does not answer."""
    access.require(by, "keep_connections")
    found = _lock(connection_id)
    if on:
        _require_enforceable(found)
    if found.is_enforced == on:
        return found
    found.is_enforced = on
    found.save(update_fields=["is_enforced"])
    _told(found, "connection.enforce", by, name=found.name, on=on, people=reading.affected(found).count())
    return found


@transaction.atomic
def remove(connection_id: UUID, *, by: Actor) -> Connection:
    """Take a connection away, with all that it opened. Accounts stay."""
    access.require(by, "keep_connections")
    found = _lock(connection_id)
    _told(found, "connection.remove", by, name=found.name, links=found.links.count())
    found.delete()
    return found


@transaction.atomic
def release(connection_id: UUID, link_id: UUID, *, by: Actor) -> Link:
    """Take from an account there that it opens one here: its address went to somebody else, or it was the wrong one."""
    access.require(by, "keep_connections")
    connection = _lock(connection_id)
    found = connection.links.filter(pk=link_id, kind="person").first()
    if found is None:
        raise Missing
    facts = {"connection": connection.name, "person": str(found.target), "name": _name_of(found)}
    record("sso.release", found, by=by, desk="company", **facts)
    found.delete()
    return found


@transaction.atomic
def note_try(connection: Connection, *, by: Actor) -> None:
    """An owner came back from the provider in good order, with what is set now."""
    access.require(by, "keep_connections")
    Connection.objects.filter(pk=connection.pk).update(tried_at=clock.now())
    record("connection.try", connection, by=by, desk="company", name=connection.name)


def facts_of(connection: Connection) -> dict[str, Any]:
    """A connection as the journal keeps it: nothing secret."""
    names = ("kind", "name", "client_id", "domains", "default_role")
    options = {name: value for name, value in connection.options.items() if name != refreshing.NOTE}
    return {name: getattr(connection, name) for name in names} | {"options": options}


_PLACE = {"saml": "entity_id", "ldap": "host", "oidc": "issuer", "microsoft": "directory"} | dict.fromkeys(
    ("google", "facebook", "linkedin"), "client_id"
)


def _place(connection: Connection) -> Any:
    """Who it is that vouches; a subject there means nothing elsewhere."""
    return {"client_id": connection.client_id, **connection.options}.get(_PLACE[connection.kind], "")


def _name_of(link: Link) -> str:
    person = reading.people().filter(pk=link.target).first()
    return person.name if person else "somebody"


def _lock(connection_id: UUID) -> Connection:
    found = Connection.objects.select_for_update(no_key=True).filter(pk=connection_id).first()
    if found is None:
        raise Missing
    return found


def _told(connection: Connection, verb: str, by: Actor, **facts: Any) -> None:
    record(verb, connection, by=by, desk="company", **facts)
    transaction.on_commit(reading.forget_ways, robust=True)


def _fill(connection: Connection, wish: Wish) -> None:
    wrong: dict[str, list[str]] = {}
    connection.name = " ".join(clean_text("name", wish.name, limit=60).split())
    connection.client_id = wish.client_id.strip()[:255]
    if wish.secret:
        connection.keep_secret(wish.secret.strip())
    connection.options = _options(connection, wish, wrong)
    unproven = [one for one in wish.domains if one not in asks.proven_domains() and one not in connection.domains]
    if unproven:
        wrong["domains"] = [f"Not proven to be yours: {', '.join(unproven[:5])}."]
    connection.domains = list(dict.fromkeys(wish.domains))
    if wish.default_role not in ROLES:
        wrong["default_role"] = ["Please choose from the list."]
    connection.default_role = wish.default_role
    if wrong:
        raise Invalid(wrong)


def _options(connection: Connection, wish: Wish, wrong: dict[str, list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if connection.kind == "oidc":
        found = {"issuer": wish.issuer.strip()}
        _require_address(found["issuer"], "issuer", wrong)
    if connection.kind == "microsoft":
        found = {"directory": wish.directory.strip().lower()}
        if found["directory"] and not _DIRECTORY.fullmatch(found["directory"]):
            wrong["directory"] = ["This looks like 72f988bf-86f1-41af-91ab-2d7cd011db47."]
    if connection.is_saml:
        found = _of_saml(wish)
        _require_address(found["sso_url"], "sso_url", wrong)
    kept = {name: connection.options[name] for name in _KEPT if name in connection.options}
    if connection.is_ldap:
        found = _of_ldap(wish, wrong)
    return found | {name: on for name, on in wish.flags.items() if on} | kept


def _of_saml(wish: Wish) -> dict[str, Any]:
    if wish.metadata_url:
        try:
            return refreshing.read(wish.metadata_url) | {"metadata_url": wish.metadata_url}
        except fetching.Unreachable as no:
            raise Invalid({"metadata_url": [no.message]}) from None
    if wish.metadata:
        return saml.read_metadata(wish.metadata)
    return {
        "entity_id": wish.entity_id.strip()[:1_000],
        "sso_url": wish.sso_url.strip(),
        "certificates": [saml.one_certificate(one) for one in wish.certificates[:5]],
    }


def _of_ldap(wish: Wish, wrong: dict[str, list[str]]) -> dict[str, Any]:
    host, base, how = wish.host.strip().lower(), wish.base.strip()[:500], wish.filter.strip()
    if not _HOST.fullmatch(host):
        wrong["host"] = ["This looks like ldap.acme.example, and has no port in it."]
    if wish.port not in (389, 636) and not 1024 <= wish.port < 65_536:
        wrong["port"] = ["This port is not asked."]
    if wish.tls not in ldap.TLS and not (wish.tls == "none" and settings.FETCH_LOOPBACK):
        wrong["tls"] = ["Please choose from the list: passwords travel under TLS alone."]
    if not 1 <= how.count("{user}") <= 5 or len(how) > 300 or how[0] + how[-1] != "()":
        wrong["filter"] = ["This looks like (mail={user}) or (&(objectClass=person)(uid={user}))."]
    return {"host": host, "port": wish.port, "tls": wish.tls, "base": base, "filter": how}


def _require_address(address: str, part: str, wrong: dict[str, list[str]]) -> None:
    try:
        if address:
            fetching.check(address)
    except fetching.Unreachable as no:
        wrong[part] = [no.message]


def why_not_enforceable(connection: Connection) -> str:
    """What stands against enforcing it, in words; nothing when nothing does."""
    try:
        _require_enforceable(connection)
    except Refused as no:
        return no.message
    return ""


def _require_enforceable(connection: Connection) -> None:
    owners = reading.people().filter(role="owner", is_active=True)
    if not connection.is_active or not connection.tried_at:
        raise Refused("not_tried", "Try this connection, and switch it on, before anybody depends on it.")
    if not connection.domains or set(connection.domains) - asks.proven_domains():
        raise Refused("not_proven", "Choose whose addresses it speaks for, among the domains that are proven yours.")
    if not any(one.has_usable_password() for one in owners):
        raise Refused("no_way_in", "No owner has a password. One must, for the day on which the provider is away.")
