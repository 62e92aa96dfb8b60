"""Holds what is sent against the parameters that Stripe's library publishes: unknown, missing, or of another type."""

import builtins
import re
import sys
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import stripe
from stripe import params
from stripe.params import billing_portal, checkout

SHAPES: dict[tuple[str, str], Any] = {
    ("POST", "customers"): params.CustomerCreateParams,
    ("GET", "customers/*"): params.CustomerRetrieveParams,
    ("DELETE", "customers/*"): params.CustomerDeleteParams,
    ("GET", "products/*"): params.ProductRetrieveParams,
    ("POST", "products"): params.ProductCreateParams,
    ("POST", "prices"): params.PriceCreateParams,
    ("GET", "prices"): params.PriceListParams,
    ("GET", "subscriptions"): params.SubscriptionListParams,
    ("POST", "subscriptions/*"): params.SubscriptionUpdateParams,
    ("DELETE", "subscriptions/*"): params.SubscriptionCancelParams,
    ("GET", "invoices"): params.InvoiceListParams,
    ("POST", "invoices/create_preview"): params.InvoiceCreatePreviewParams,
    ("POST", "checkout/sessions"): checkout.SessionCreateParams,
    ("GET", "checkout/sessions/*"): checkout.SessionRetrieveParams,
    ("POST", "checkout/sessions/*/expire"): checkout.SessionExpireParams,
    ("POST", "billing_portal/sessions"): billing_portal.SessionCreateParams,
    ("GET", "billing_portal/configurations"): billing_portal.ConfigurationListParams,
    ("POST", "billing_portal/configurations"): billing_portal.ConfigurationCreateParams,
}
CLASSES: dict[str, Any] = {
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "payment_method": stripe.PaymentMethod,
    "checkout.session": stripe.checkout.Session,
    "billing_portal.session": stripe.billing_portal.Session,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "event": stripe.Event,
}
_NUMBERS = {int: r"-?\d+", float: r"-?\d+(\.\d+)?", Decimal: r"-?\d+(\.\d+)?", bool: "true|false"}


def decoded(text: str) -> dict[str, Any]:
    """`a[b][0][c]=d` as Stripe reads it: dictionaries and lists of texts."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *places, last = re.findall(r"[^\[\]]+", name)
        here = found
        for place in places:
            here = here.setdefault(place, {})
        here[last] = value
    listed: dict[str, Any] = _listed(found)
    return listed


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(one) for key, one in value.items()}


def problems(method: str, path: str, sent: dict[str, Any]) -> list[str]:
    """What Stripe would not take; KeyError for an address that the product has no business with."""
    return _of_shape(sent, SHAPES[method, path], "")


def strange(thing: dict[str, Any]) -> list[str]:
    """Fields of an answer that the library's type does not know, and words that its closed lists do not hold."""
    hints = _hints(CLASSES[thing["object"]])
    found = [f"{thing['object']}.{name}" for name in thing if name not in hints]
    for name, value in thing.items():
        words = _literals(hints.get(name))
        if words and isinstance(value, str) and value not in words:
            found.append(f"{thing['object']}.{name}={value}")
    return found


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return get_type_hints(shape, localns=_Names(shape))


class _Names(dict[str, Any]):
    """What the library imports for type checkers alone: its own classes by name, and anything for the rest."""

    def __init__(self, shape: Any) -> None:
        super().__init__()
        modules = [vars(sys.modules[one.__module__]) for one in getattr(shape, "__mro__", [shape])]
        self.known = [*modules, vars(builtins)]

    def __missing__(self, name: str) -> Any:
        if any(name in one for one in self.known):
            raise KeyError(name)  # the module's own
        return getattr(typing, name, getattr(stripe, name, Any))


def _literals(hint: Any) -> set[Any]:
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return {word for one in get_args(hint) for word in _literals(one)} if _is_union(hint) else set()


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _of_shape(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} has to be an object"]
    hints = _hints(shape)
    found = [f"{path}{name} is missing" for name in shape.__required_keys__ if name not in value]
    for name, one in value.items():
        found += _of(one, hints[name], f"{path}{name}") if name in hints else [f"{path}{name} is unknown"]
    return found


def _of(value: Any, hint: Any, path: str) -> list[str]:
    """Stricter than what is published in one thing: beside a list of words, any other word is none."""
    if _is_union(hint):
        ways = [one for one in get_args(hint) if not (one is str and _literals(hint) - {""})]
        tried = [_of(value, one, path) for one in ways]
        return min(tried, key=len) if tried else []
    if get_origin(hint) is Literal:
        return [] if value in get_args(hint) else [f"{path} cannot be {value!r}"]
    if get_origin(hint) is list:
        several = value if isinstance(value, list) else None
        if several is None:
            return [f"{path} has to be a list"]
        return [no for place, one in enumerate(several) for no in _of(one, get_args(hint)[0], f"{path}[{place}]")]
    if get_origin(hint) is dict:
        return [] if isinstance(value, dict) else [f"{path} has to be an object"]
    if hint in _NUMBERS:
        fits = isinstance(value, str) and re.fullmatch(_NUMBERS[hint], value)
        return [] if fits else [f"{path} has to be {hint.__name__}"]
    if hint is str:
        return [] if isinstance(value, str) else [f"{path} has to be a text"]
    return _of_shape(value, hint, f"{path}.") if hasattr(hint, "__required_keys__") else []
