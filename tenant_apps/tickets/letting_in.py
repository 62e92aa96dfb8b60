"""Who may write to the company by mail: the rules that its managers set, as they are kept."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portico.errors import Invalid

MOST_NAMES, MOST_DOMAINS, MOST_AGENTS = 500, 100, 20
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}")


def read(value: Any, before: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are kept. Invalid names the part that cannot be taken."""
    if not isinstance(value, Mapping) or set(value) - set(before):
        raise Invalid({"mail": [f"Please send: {', '.join(before)}."]})
    value = {**before, **value}
    return {
        "verify_first": bool(value["verify_first"]),
        "allow": _names("allow", value["allow"]),
        "block": _names("block", value["block"]),
        "most_in_an_hour": _number("most_in_an_hour", value["most_in_an_hour"], 1, 10_000),
        "spam_from": float(_number("spam_from", value["spam_from"], 0, 100)),
        "silent_hours": _number("silent_hours", value["silent_hours"], 0, 24 * 30),
        "domains": _domains(value["domains"]),
    }


def _names(part: str, given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) > MOST_NAMES:
        raise Invalid({part: [f"Please send a list of at most {MOST_NAMES} addresses and domains."]})
    found = list(dict.fromkeys(str(one).strip().lower().removeprefix("@") for one in given))
    strange = [one for one in found if not (_DOMAIN.fullmatch(one) or _ADDRESS.fullmatch(one))]
    if strange:
        raise Invalid({part: [f"“{strange[0][:60]}” is neither an address nor a domain."]})
    return found


def _domains(given: Any) -> list[dict[str, Any]]:
    """Whose people those of a domain are, and who answers them."""
    if not isinstance(given, list) or len(given) > MOST_DOMAINS:
        raise Invalid({"domains": [f"Please send a list of at most {MOST_DOMAINS} domains."]})
    found: dict[str, dict[str, Any]] = {}
    for one in given:
        domain = str(one.get("domain", "")).strip().lower() if isinstance(one, Mapping) else ""
        if not _DOMAIN.fullmatch(domain):
            raise Invalid({"domains": [f"“{domain[:60]}” is not a domain, like acme.example."]})
        organisation = " ".join(str(one.get("organisation", "")).split())[:120]
        found[domain] = {"domain": domain, "organisation": organisation, "agents": _agents(one.get("agents", []))}
    return list(found.values())


def _agents(given: Any) -> list[str]:
    try:
        return list(dict.fromkeys(str(UUID(str(one))) for one in list(given)[:MOST_AGENTS]))
    except (ValueError, TypeError):
        raise Invalid({"domains": ["Please choose the agents from the list."]}) from None


def _number(part: str, value: Any, least: float, most: float) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Invalid({part: [f"Please write a number from {least} to {most:,}."]})
    return value
