"""LDAP: a name and a password are shown to the company's own directory, which says whose they are. An optional part.

Only servers of the open internet, only over TLS with a certificate that fits the name, and nothing is kept of what was
typed. Sources: RFC 4511, RFC 4513 section 5.1.2 (an empty password lets everybody in), RFC 4515 (escaping in filters).
"""

import secrets
import ssl
from importlib.util import find_spec
from typing import Any

from portico import fetching
from portico.fetching import Unreachable
from tenant_apps.sso.models import Connection
from tenant_apps.sso.trust import Claim, Untrusted, clean_name, email_of, groups_of

WRONG = "wrong_password"
TLS = {"ldaps": "From the first byte (ldaps, 636)", "starttls": "Begun by StartTLS (389)"}
_SECONDS, _LONGEST = 5, 256
# What tells one entry from another for good, by the directories that have it.
_SUBJECTS = ("entryUUID", "objectGUID", "ipaUniqueID", "nsUniqueId")
_NAMES, _GROUPS = ("displayName", "cn"), "memberOf"
_NOT_RIGHT = "The name or the password is not right."


def is_here() -> bool:
    """Whether this installation has what it takes (`deploy/requirements-ldap.lock`)."""
    return find_spec("ldap3") is not None


def claim_of(connection: Connection, name: str, password: str) -> Claim:
    """Whom the directory vouches for. Untrusted in the same words for whoever is not there and whoever typed wrongly,
    Unreachable when the directory cannot be asked."""
    if not name.strip() or not password or max(len(name), len(password)) > _LONGEST or "\0" in password:
        raise Untrusted(WRONG, _NOT_RIGHT)
    found = _look_up(connection, name.strip())
    # Of somebody who is not there a password is asked all the same, so that the time tells nothing.
    who = found["dn"] if found else f"cn={secrets.token_hex(8)},{connection.options['base']}"
    line = _line(connection, who, password)
    is_right = _bind(line)
    _leave(line)
    if not is_right or not found:
        raise Untrusted(WRONG, _NOT_RIGHT)
    return _claim(found["raw_attributes"])


def _look_up(connection: Connection, name: str) -> dict[str, Any] | None:
    from ldap3 import SUBTREE
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.conv import escape_filter_chars

    line = _line(connection, connection.client_id, connection.client_secret)
    if not _bind(line):
        raise Unreachable("The directory does not take the name and password that are set for looking people up.")
    try:
        line.search(
            connection.options["base"],
            connection.options["filter"].replace("{user}", escape_filter_chars(name)),
            SUBTREE,
            attributes=["mail", _GROUPS, *_NAMES, *_SUBJECTS],
            size_limit=2,
            time_limit=_SECONDS,
            dereference_aliases="NEVER",
        )
        rows = [one for one in line.response or () if one.get("type") == "searchResEntry"]
    except LDAPException as trouble:
        raise Unreachable(f"The directory cannot be searched ({type(trouble).__name__}).") from None
    finally:
        _leave(line)
    if len(rows) > 1:
        raise Untrusted("several", "Several people of the directory are called that. Ask whoever looks after it.")
    return rows[0] if rows else None


def _line(connection: Connection, who: str, password: str) -> Any:
    from ldap3 import NONE, Server, Tls
    from ldap3 import Connection as Line

    said = connection.options
    number = fetching.number_of(said["host"], said["port"], fetching.may_be_asked)
    tls = Tls(validate=ssl.CERT_REQUIRED, valid_names=[said["host"]], sni=said["host"])
    server = Server(
        number, said["port"], use_ssl=said["tls"] == "ldaps", tls=tls, get_info=NONE, connect_timeout=_SECONDS
    )
    line: Any = Line(
        server, who or None, password or None, receive_timeout=_SECONDS, auto_referrals=False, check_names=False
    )
    line.starts_tls = said["tls"] == "starttls"
    return line


def _bind(line: Any) -> bool:
    from ldap3.core.exceptions import LDAPException

    try:
        line.open()
        if line.starts_tls and not line.start_tls(read_server_info=False):
            raise Unreachable("The directory does not begin TLS.")
        return bool(line.bind(read_server_info=False))
    except (LDAPException, OSError, ssl.SSLError) as trouble:
        _leave(line)
        raise Unreachable(f"The directory does not answer ({type(trouble).__name__}).") from None


def _leave(line: Any) -> None:
    from ldap3.core.exceptions import LDAPException

    try:
        line.unbind()
    except (LDAPException, OSError):
        return


def _claim(said: dict[str, list[bytes]]) -> Claim:
    subject = next((_text(said[one][0], one) for one in _SUBJECTS if said.get(one)), "")
    if not subject:
        raise Untrusted("no_subject", f"The directory gives its entries none of: {', '.join(_SUBJECTS)}.")
    mails = [_text(one) for one in said.get("mail", ())]
    name = next((_text(said[one][0]) for one in _NAMES if said.get(one)), "")
    groups = [one for group in said.get(_GROUPS, ()) for one in _called(_text(group))]
    # Two addresses are nobody's: whoever else has one of them would be let in, too.
    return Claim(
        subject, email_of(mails[0]) if len(mails) == 1 else "", None, clean_name(name), groups=groups_of([groups])
    )


def _called(group: str) -> list[str]:
    """A group by its whole name in the directory, and by the first part of it."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.dn import parse_dn

    try:
        return [group, parse_dn(group)[0][1]]
    except (LDAPException, IndexError):
        return [group]


def _text(value: bytes, name: str = "") -> str:
    return value.hex() if name == "objectGUID" else value.decode(errors="replace")
