"""Websites whose pages may call a company's API: how a browser spells their origin, and nothing near it."""

import re
from ipaddress import ip_address

from portico.errors import Invalid

# What a browser sends as `Origin` (RFC 6454 section 6.2): scheme, host in small letters, the port unless it is usual.
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_USUAL = {"http": "80", "https": "443"}


def read(given: object) -> str:
    """The origin as browsers send it; Invalid for what is none, and for plain http beyond the own machine."""
    text = given.strip().lower().removesuffix("/") if isinstance(given, str) else ""
    found = _ORIGIN.fullmatch(text)
    if found is None or not _is_host(found[2]) or int(found[3] or 0) > 65535:
        shown = text[:60] or "That"
        raise Invalid({"api_origins": [f"“{shown}” is not an address like https://shop.example.com, without a path."]})
    scheme, host, port = found.groups()
    if scheme == "http" and not _is_loopback(host):
        raise Invalid({"api_origins": [f"Plain http is for this machine alone: write https://{host}."]})
    return f"{scheme}://{host}{f':{port}' if port and port != _USUAL[scheme] else ''}"


def _is_host(host: str) -> bool:
    if host.startswith("["):
        try:
            return f"[{ip_address(host[1:-1]).compressed}]" == host
        except ValueError:
            return False
    return all(_LABEL.fullmatch(one) for one in host.split("."))


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
