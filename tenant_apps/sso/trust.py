"""What a provider says of somebody, and how much of it is believed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portico.errors import Refused
from tenant_apps.sso.models import NEVER_VOUCH, Connection

LONGEST_SUBJECT, MOST_GROUPS = 255, 2_000


class Untrusted(Refused):
    """The provider's word is not taken; `code` says why for the journal, `message` for the person."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom a provider vouches for. The subject is all that tells one account there from another.

    `is_verified` None = the provider does not say; `hosted` = the domain of the directory it says the account is in;
    `groups` None = it has more of them than it says.
    """

    subject: str
    email: str = ""
    is_verified: bool | None = None
    name: str = ""
    hosted: str = ""
    groups: tuple[str, ...] | None = ()

    @classmethod
    def of_oidc(cls, kind: str, claims: dict[str, Any]) -> "Claim":
        """From the claims of an ID token that was checked."""
        subject, email = str(claims["sub"]), _email(claims.get("email"))
        verified = claims.get("email_verified")
        if kind == "microsoft":
            # `sub` is told apart within one directory. `email` is whatever an administrator of it typed ("nOAuth"),
            # unless Microsoft says that its domain is the directory's.
            subject = f"{claims.get('tid', '')}/{subject}"
            verified = claims.get("xms_edov")
        if kind in NEVER_VOUCH:
            verified = False
        is_verified = None if verified is None else str(verified).lower() in {"true", "1"}
        hosted = str(claims.get("hd", "")).lower()
        return cls(_subject(subject), email, is_verified, _name(claims), hosted, _groups(kind, claims))


def believes(connection: Connection, claim: Claim, proven: Collection[str]) -> bool:
    """Whether the address is this person's beyond doubt: verified, and of a domain that the company has proven.

    Without that an account there opens nothing here, until its person connects the two while signed in.
    """
    domain = claim.email.rpartition("@")[2]
    if not domain or domain not in proven:
        return False
    if (
        connection.kind in {"saml", "oidc", "microsoft", "ldap"}
        and connection.domains
        and domain not in connection.domains
    ):
        return False
    if connection.kind == "google" and claim.hosted != domain:
        return False  # whoever once had an address may keep a private account under it
    if claim.is_verified is None:
        return connection.is_saml or connection.is_ldap or bool(connection.options.get("vouches"))
    return claim.is_verified


def vouches(connection: Connection, claim: Claim, email: str, proven: Collection[str]) -> bool:
    """Whether the provider says that this very address is this person's. For somebody who shows an invitation that was
    mailed there: its own word that it verified the address is enough, wherever that is. Without it the company's own
    directory is believed as at any sign-in."""
    if not claim.email or claim.email != email:
        return False
    return claim.is_verified or believes(connection, claim, proven)


def _subject(text: str) -> str:
    if not text or len(text) > LONGEST_SUBJECT or not text.isprintable():
        raise Untrusted("no_subject", "The provider did not say who you are.")
    return text


def _email(given: Any) -> str:
    """The address in lower case, or nothing when it is none. Only ASCII: two letters that look alike are two people."""
    if not isinstance(given, str) or not given.isascii() or len(given) > 254:
        return ""
    email = given.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email


def _groups(kind: str, claims: dict[str, Any]) -> tuple[str, ...] | None:
    if "groups" not in claims and ("groups" in dict(claims.get("_claim_names") or {}) or claims.get("hasgroups")):
        return None  # Microsoft's way to say that there are too many for a token
    return groups_of([claims.get("groups"), claims.get("roles") if kind == "microsoft" else None])


def groups_of(given: list[Any]) -> tuple[str, ...]:
    """The names of groups in what was said, each a text or several."""
    found = [one for part in given for one in (part if isinstance(part, list) else [part])]
    return tuple(one for one in found if isinstance(one, str) and 0 < len(one) <= LONGEST_SUBJECT)[:MOST_GROUPS]


def _name(claims: dict[str, Any]) -> str:
    given = claims.get("name") or " ".join(str(claims.get(one) or "") for one in ("given_name", "family_name"))
    return clean_name(given)


def clean_name(given: Any) -> str:
    """A name as it may be shown: one line of printable characters."""
    text = given if isinstance(given, str) else ""
    return " ".join("".join(one for one in text if one.isprintable()).split())[:120]


email_of = _email
