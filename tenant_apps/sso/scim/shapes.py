"""What SCIM clients read first: what this server can do, and which attributes people and groups have."""

from typing import Any

from portico.errors import Refusal

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
LIST, PATCH, ERROR = f"{_MESSAGES}:ListResponse", f"{_MESSAGES}:PatchOp", f"{_MESSAGES}:Error"
ROLES = ("agent", "member")  # what a directory can make of somebody: a stolen key makes no managers
MOST = 200


class ScimRefused(Refusal):
    """A refusal with the word that SCIM has for it (RFC 7644 table 9)."""

    def __init__(self, status: int, scim_type: str, words: str) -> None:
        super().__init__(scim_type or "refused", words)
        self.status, self.scim_type = status, scim_type


def _attribute(name: str, about: str, *, type: str = "string", **more: Any) -> dict[str, Any]:
    """One attribute as RFC 7643 section 7 describes it."""
    plain = {
        "name": name,
        "type": type,
        "multiValued": False,
        "description": about,
        "required": False,
        "mutability": "readWrite",
        "returned": "default",
    }
    text = {"caseExact": False, "uniqueness": "none"} if type in {"string", "reference"} else {}
    return plain | text | more


_PRIMARY = _attribute("primary", "Whether it is the one that counts.", type="boolean")
_PERSON = [
    _attribute("userName", "What the directory calls the person.", required=True, uniqueness="server"),
    _attribute(
        "name",
        "The parts of the name.",
        type="complex",
        subAttributes=[
            _attribute("formatted", "The whole name."),
            _attribute("familyName", "The family’s name."),
            _attribute("givenName", "The given name."),
        ],
    ),
    _attribute("displayName", "The name as it is shown."),
    _attribute("active", "Whether the person may come in.", type="boolean"),
    _attribute(
        "emails",
        "Addresses; the primary one is the account’s.",
        type="complex",
        multiValued=True,
        required=True,  # or a userName that is an address
        subAttributes=[_attribute("value", "The address.", required=True), _attribute("type", "Like work."), _PRIMARY],
    ),
    _attribute(
        "roles",
        "What the person is here. One counts: the primary one.",
        type="complex",
        multiValued=True,
        subAttributes=[_attribute("value", "The role.", canonicalValues=list(ROLES)), _PRIMARY],
    ),
    _attribute(
        "groups",
        "The teams the person is in.",
        type="complex",
        multiValued=True,
        mutability="readOnly",
        subAttributes=[
            _attribute("value", "The id of the group.", mutability="readOnly"),
            _attribute(
                "$ref", "The address of the group.", type="reference", referenceTypes=["Group"], mutability="readOnly"
            ),
            _attribute("display", "The name of the group.", mutability="readOnly"),
        ],
    ),
]
_TEAM = [
    _attribute("displayName", "The name of the team.", required=True, uniqueness="server"),
    _attribute(
        "members",
        "Who is in the team.",
        type="complex",
        multiValued=True,
        subAttributes=[
            _attribute("value", "The id of the person.", mutability="immutable"),
            _attribute(
                "$ref", "The address of the person.", type="reference", referenceTypes=["User"], mutability="immutable"
            ),
            _attribute("type", "User.", mutability="immutable", canonicalValues=["User"]),
        ],
    ),
]


def schemas(base: str) -> list[dict[str, Any]]:
    """RFC 7643 section 7."""
    found = [(USER, "User", "A person of the company", _PERSON), (GROUP, "Group", "A team", _TEAM)]
    return [
        {
            "schemas": [f"{_CORE}:Schema"],
            "id": key,
            "name": name,
            "description": about,
            "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{key}"},
        }
        for key, name, about, attributes in found
    ]


def resource_types(base: str) -> list[dict[str, Any]]:
    """RFC 7643 section 6."""
    return [
        {
            "schemas": [f"{_CORE}:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": f"/{name}s",
            "schema": key,
            "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{name}"},
        }
        for name, key in (("User", USER), ("Group", GROUP))
    ]


def provider(base: str) -> dict[str, Any]:
    """RFC 7643 section 5: what this server can do, and what not."""
    no = {"supported": False}
    scheme = {
        "type": "oauthbearertoken",
        "name": "Bearer token",
        "description": "A key of the company.",
        "primary": True,
    }
    return {
        "schemas": [f"{_CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": no | {"maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [scheme],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }
