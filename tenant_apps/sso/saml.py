"""SAML 2.0, the web browser profile: a request by redirect, an answer by form. Loaded only when somebody uses it.

python3-saml checks signature, schema, issuer and times; what it lets pass is refused here: the whole answer is
bounded, one assertion and its own signature alone, and audience, recipient, request and end of the confirmation all
have to be there and be ours. Sources: SAML Profiles section 4.1.4, "On Breaking SAML" (USENIX 2012) for wrapping.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from portico import fetching
from portico.errors import Invalid
from tenant_apps.sso.models import Connection
from tenant_apps.sso.trust import Claim, Untrusted, clean_name, email_of, groups_of

MOST = 256 * 1024
_OLDEST = timedelta(minutes=10)
_POST, _REDIRECT = (f"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{way}" for way in ("POST", "Redirect"))
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_SPOKEN = {
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "p": "urn:oasis:names:tc:SAML:2.0:protocol",
    "d": "http://www.w3.org/2000/09/xmldsig#",
    "m": "urn:oasis:names:tc:SAML:2.0:metadata",
}
_SIGNED_WITH = re.compile(r"http://www\.w3\.org/2001/04/xmldsig-more#(rsa|ecdsa)-sha(256|384|512)")
_DIGESTED_WITH = re.compile(r"http://www\.w3\.org/2001/04/(xmlenc#sha(256|512)|xmldsig-more#sha384)")
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_EMAILS = ("email", "mail", "emailAddress", f"{_CLAIMS}emailaddress", "urn:oid:0.9.2342.19200300.100.1.3")
_NAMES = ("displayName", "name", f"{_CLAIMS}name", "urn:oid:2.16.840.1.113730.3.1.241", "cn", "urn:oid:2.5.4.3")
_GIVEN = ("givenName", "firstName", f"{_CLAIMS}givenname", "urn:oid:2.5.4.42")
_GROUPS = (
    *("groups", "memberOf", "http://schemas.xmlsoap.org/claims/Group"),
    *("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"),
)
_FAMILY = ("sn", "surname", "lastName", f"{_CLAIMS}surname", "urn:oid:2.5.4.4")


@dataclass(frozen=True, slots=True)
class Us:
    """What the provider knows this company by: `entity` is also where it finds our metadata."""

    entity: str
    acs: str


def begin(connection: Connection, us: Us, *, relay: str) -> tuple[str, str]:
    """The address at the provider where somebody says who they are, and the id of the request."""
    from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request

    address = connection.options["sso_url"]
    fetching.check(address)
    request = OneLogin_Saml2_Authn_Request(_settings(connection, us), set_nameid_policy=False)
    query = urlencode({"SAMLRequest": request.get_request(), "RelayState": relay})
    return f"{address}{'&' if '?' in address else '?'}{query}", str(request.get_id())


def complete(connection: Connection, us: Us, answer: str, *, request_id: str) -> tuple[Claim, str]:
    """Whom the provider vouches for, and the id of its assertion, which is good once. Untrusted with the reason."""
    from lxml.etree import LxmlError
    from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
    from onelogin.saml2.response import OneLogin_Saml2_Response

    try:
        _require_plain(answer)
        found = OneLogin_Saml2_Response(_settings(connection, us), answer)
        _require_one_signature(found.document)
        found.is_valid(_asked_at(us), request_id, raise_exceptions=True)
        return _claim(found, us, request_id)
    except (OneLogin_Saml2_ValidationError, OneLogin_Saml2_Error) as wrong:
        raise Untrusted("wrong_answer", f"What the provider said is not valid: {_words(wrong)}") from None
    except (ValueError, LxmlError, TypeError, KeyError, AttributeError):
        raise Untrusted("wrong_answer", "What the provider said cannot be read.") from None


def metadata(us: Us) -> bytes:
    """What a provider reads to know us (SAML Metadata section 2.4.4)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{_SPOKEN["m"]}" entityID="{us.entity}">'
        f'<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" '
        f'protocolSupportEnumeration="{_SPOKEN["p"]}">'
        f'<md:AssertionConsumerService Binding="{_POST}" Location="{us.acs}" index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>\n"
    ).encode()


def read_metadata(text: bytes) -> dict[str, Any]:
    """Entity id, sign-in address and certificates out of a provider's metadata; Invalid when it says none of that."""
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

    try:
        if len(text) > MOST:
            raise ValueError
        root = OneLogin_Saml2_XML.to_etree(text)
        idp = root.xpath("descendant-or-self::m:EntityDescriptor[m:IDPSSODescriptor]", namespaces=_SPOKEN)[0]
        where = idp.xpath(
            f"m:IDPSSODescriptor/m:SingleSignOnService[@Binding='{_REDIRECT}']/@Location", namespaces=_SPOKEN
        )
        keys = idp.xpath(
            "m:IDPSSODescriptor/m:KeyDescriptor[not(@use) or @use='signing']//d:X509Certificate", namespaces=_SPOKEN
        )
        certificates = [one_certificate("".join(key.itertext())) for key in keys]
        found = {"entity_id": str(idp.get("entityID")), "sso_url": str(where[0]), "certificates": certificates}
    except Invalid:
        raise
    except Exception:  # parser and library have errors of many kinds for what is no metadata
        raise Invalid({"metadata": ["This is no metadata of an identity provider with sign-in by redirect."]}) from None
    return found


def one_certificate(text: str) -> str:
    """A certificate as it is kept: base64 in one line. Invalid when it is none."""
    from cryptography import x509

    bare = "".join(word for word in text.split() if "-" not in word)
    try:
        x509.load_der_x509_certificate(base64.b64decode(bare, validate=True))
    except ValueError:
        raise Invalid({"certificates": ["This is not a certificate."]}) from None
    return bare


def ends_of(certificates: list[str]) -> list[datetime]:
    """When each of these stops being good, the first to do so first."""
    from cryptography import x509

    found = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in certificates]
    return sorted(one.not_valid_after_utc for one in found)


def _settings(connection: Connection, us: Us) -> Any:
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    said = connection.options
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "debug": False,
            "sp": {"entityId": us.entity, "assertionConsumerService": {"url": us.acs, "binding": _POST}},
            "idp": {
                "entityId": said["entity_id"],
                "singleSignOnService": {"url": said["sso_url"], "binding": _REDIRECT},
                "x509certMulti": {"signing": list(said["certificates"])},
            },
            "security": {
                "wantAssertionsSigned": True,
                "wantAttributeStatement": False,
                "requestedAuthnContext": False,
                "rejectDeprecatedAlgorithm": True,
                "allowRepeatAttributeName": False,
            },
        }
    )


def _asked_at(us: Us) -> dict[str, str]:
    """Where the answer was sent to, as the library wants it: from what is stored, never from the request."""
    at = urlsplit(us.acs)
    return {"https": "on" if at.scheme == "https" else "off", "http_host": at.netloc, "script_name": at.path}


def _require_plain(answer: str) -> None:
    """Before anything is parsed: small, and in an encoding in which a document type cannot hide."""
    if not answer or len(answer) > MOST:
        raise Untrusted("wrong_answer", "The provider sent nothing, or far too much.")
    raw = base64.b64decode("".join(answer.split()), validate=True)
    raw.decode("utf-8")
    if b"<!" in raw.replace(b"<!--", b"") or b"\x00" in raw:
        raise ValueError("a document type, or something like it")


def _require_one_signature(root: Any) -> None:
    """One assertion, right under the answer; its own signature, over all of it, with means that are not broken."""
    assertions = root.xpath("//a:Assertion", namespaces=_SPOKEN)
    if len(assertions) != 1 or assertions[0].getparent() is not root or root.tag != f"{{{_SPOKEN['p']}}}Response":
        raise Untrusted("wrapped", "There is not exactly one assertion in what the provider said.")
    if root.xpath("//a:EncryptedAssertion | //d:Object", namespaces=_SPOKEN):
        raise Untrusted("encrypted", "The provider encrypts its assertions. Please have it sign them only.")
    ids = root.xpath("//@ID | //@Id | //@id")
    if len(ids) != len(set(ids)):
        raise Untrusted("wrapped", "Two parts of what the provider said have the same name.")
    for signature in root.xpath("//d:Signature", namespaces=_SPOKEN):
        _require_sound(signature)
    if len(assertions[0].xpath("d:Signature", namespaces=_SPOKEN)) != 1:
        raise Untrusted("unsigned", "The provider does not sign its assertions. Please have it do so.")


def _require_sound(signature: Any) -> None:
    references = signature.xpath("d:SignedInfo/d:Reference", namespaces=_SPOKEN)
    ways = signature.xpath("d:SignedInfo/d:SignatureMethod/@Algorithm", namespaces=_SPOKEN)
    digests = signature.xpath("d:SignedInfo/d:Reference/d:DigestMethod/@Algorithm", namespaces=_SPOKEN)
    if len(references) != 1 or references[0].get("URI") != f"#{signature.getparent().get('ID')}":
        raise Untrusted("wrapped", "A signature in what the provider said is not for what it stands in.")
    if [bool(_SIGNED_WITH.fullmatch(one)) for one in ways] != [True]:
        raise Untrusted("weak", "The provider signs in a way that is not safe any more. SHA-256 is asked for.")
    if [bool(_DIGESTED_WITH.fullmatch(one)) for one in digests] != [True]:
        raise Untrusted("weak", "The provider signs in a way that is not safe any more. SHA-256 is asked for.")


def _claim(found: Any, us: Us, request_id: str) -> tuple[Claim, str]:
    """What the library lets pass when it is not there has to be there: for us, here, now, and as the answer to this."""
    if found.get_audiences() != [us.entity]:
        raise Untrusted("wrong_audience", "The answer was meant for somebody else.")
    if not any(_confirms(one, us, request_id) for one in found._query_assertion(_CONFIRMATION)):
        raise Untrusted("wrong_answer", "The answer does not belong to this sign-in, or is too old.")
    if _time(found._query_assertion("")[0].get("IssueInstant")) < datetime.now(UTC) - _OLDEST:
        raise Untrusted("too_old", "The answer is too old.")
    name_id = found.get_nameid_data()
    if name_id.get("Format") == _TRANSIENT:
        raise Untrusted(
            "transient", "The provider gives people another name each time. Please have it give lasting ones."
        )
    said = found.get_attributes()
    email = email_of(_first(said, _EMAILS) or name_id["Value"])
    name = _first(said, _NAMES) or f"{_first(said, _GIVEN)} {_first(said, _FAMILY)}"
    subject = str(name_id["Value"]).strip()
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Untrusted("no_subject", "The provider did not say who you are.")
    groups = groups_of([said.get(one) for one in _GROUPS])
    return Claim(subject, email, None, clean_name(name), groups=groups), str(found.get_assertion_id())


_CONFIRMATION = (
    "/saml:Subject/saml:SubjectConfirmation[@Method='urn:oasis:names:tc:SAML:2.0:cm:bearer']"
    "/saml:SubjectConfirmationData"
)


def _confirms(about: Any, us: Us, request_id: str) -> bool:
    now = datetime.now(UTC)
    return (
        about.get("Recipient") == us.acs
        and about.get("InResponseTo") == request_id
        and about.get("NotBefore") is None
        and now < _time(about.get("NotOnOrAfter"))
    )


def _time(text: str | None) -> datetime:
    found = datetime.fromisoformat(text or "")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _first(said: dict[str, list[Any]], names: tuple[str, ...]) -> str:
    """The attribute of the first of these names that is there. Two values of one are nobody's."""
    for name in names:
        values = [one for one in said.get(name, []) if isinstance(one, str)]
        if len(values) == 1:
            return values[0]
    return ""


def _words(wrong: Exception) -> str:
    """The library's words, of which some quote what was sent."""
    return clean_name(str(wrong))[:120]
