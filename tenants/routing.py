"""Which door a host is: the base, console, files, or a company's own. Found once, kept warm for a few seconds."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from portico import brand, clock, standing
from portico.brand import Brand
from portico.database import CompanyRef, platform_scope
from portico.standing import Standing
from tenants.models import Company, Domain

# How long a process may go on with what it knew of a company: the longest that a suspension takes to arrive.
WARM_SECONDS = 5.0
_MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Door:
    """Where a request came in. `kind` is public, console, files or company; `state` and `notice` are the company's."""

    kind: str
    host: str
    company: CompanyRef | None = None
    state: str = "active"
    fingerprint: str = ""
    notice: str = ""
    # What the company's people may know of what is wrong with the platform.
    incidents: tuple[Mapping[str, Any], ...] = ()
    brand: Brand = brand.NONE
    standing: Standing = standing.NONE
    # The one host that links lead to; empty when the company chose none, and every host of it is as good.
    home: str = ""
    # What the company asks of those who sign in (`shared_apps.accounts.rules`).
    entry: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_unpaid(self) -> bool:
        """Whether it rests for that alone, and an owner can open it again."""
        return standing.may_pass("/login", self.state, self.notice)

    @property
    def urlconf(self) -> str:
        """The URLs behind this door."""
        return f"portico.urls_{self.kind}"


_warm: dict[str, tuple[float, Door]] = {}
_refs: dict[str, tuple[float, CompanyRef]] = {}


def normalize(host: str) -> str:
    """The host as doors are kept: lower case, without a trailing dot; ports stay."""
    name, _, port = host.lower().partition(":")
    name = name.rstrip(".")
    return f"{name}:{port}" if port else name


def door_of(host: str) -> Door | None:
    """The door of a host (with its port), or None when it leads nowhere. A host that leads nowhere is asked anew."""
    known = _warm.get(host)  # most hosts arrive as doors are kept
    if known and known[0] > time.monotonic():
        return known[1]
    host = normalize(host)
    base_name, _, base_port = settings.BASE_HOST.partition(":")
    name, _, port = host.partition(":")
    if name == base_name or _is_loopback(name):
        return Door("public", host)
    if port == base_port and name in {f"console.{base_name}", f"files.{base_name}"}:
        return Door(name.removesuffix(f".{base_name}"), host)
    known = _warm.get(host)
    if known and known[0] > time.monotonic():
        return known[1]
    return _look_up(host, name, base_name)


def _is_loopback(name: str) -> bool:
    # The document's curl lines speak to 127.0.0.1; only where the base itself is on loopback.
    return name in {"127.0.0.1", "localhost"} and settings.BASE_HOST.partition(":")[0] == "localhost"


def _look_up(host: str, name: str, base_name: str) -> Door | None:
    slug = name.removesuffix(f".{base_name}") if name.endswith(f".{base_name}") else None
    with platform_scope(), transaction.atomic():
        company = _told_of().filter(Q(slug=slug) if slug is not None else _owns(name)).first()
    if company is None:
        _warm.pop(host, None)
        return None
    return _keep(host, company)


def _owns(name: str) -> Q:
    """Whoever proved this host; a row counts for the company that wrote it, as the wall knows it."""
    served = {"use": Domain.Use.PORTAL, "state__in": Domain.COUNTS, "schema": F("schema_name"), "domain": name}
    return Q(**{f"domains__{part}": value for part, value in served.items()})


def _told_of() -> QuerySet[Company]:
    """Companies with all that comes with their doors."""
    return Company.objects.annotate(told=_told(), chosen=Subquery(_chosen(OuterRef("schema_name"))[:1]))


def _chosen(schema: Any) -> QuerySet[Domain, str]:
    """The host that a company chose; empty while its records are broken, none when it chose none."""
    rows = Domain.objects.order_by().filter(schema=schema, is_primary=True)
    name = Case(When(state=Domain.State.ACTIVE, then=F("domain")), default=Value(""), output_field=CharField())
    return rows.values_list(name, flat=True)


def _told() -> ArraySubquery:
    """What a company was told of incidents comes with its door: no page asks for it."""
    # The model is named, not imported: this package knows nothing of the apps above it.
    told = apps.get_model("incidents", "Affected")._default_manager.filter(
        Q(ends_at=None) | Q(ends_at__gt=clock.now()), schema=OuterRef("schema_name"), generation=OuterRef("generation")
    )
    shown = ("title", "state", "words", "said_at", "number")
    return ArraySubquery(
        told.order_by("-said_at").values(
            row=JSONObject(key="id", ticket="ticket_id", incident="incident_id", **{name: name for name in shown})
        )
    )


def _keep(host: str, company: Company) -> Door:
    from portico import asks  # it looks across, and asks this module

    if len(_warm) >= _MOST_KEPT:
        _warm.clear()
    told = tuple(getattr(company, "told", ()))
    ref = company.ref
    quiet = company.white_label or asks.plan_has_white_label(ref)
    shown = brand.read(company.brand, name=company.name, tint=company.tint, is_white_label=quiet)
    stands = company.standing if settings.STRIPE_KEY else standing.NONE
    home = _home_of(company.slug, getattr(company, "chosen", None))
    about = (ref, company.state, company.fingerprint, company.notice)
    door = Door("company", host, *about, told, shown, stands, home, company.entry)
    _warm[host] = (time.monotonic() + WARM_SECONDS, door)
    return door


def door_by_id(company_id: int, host: str) -> Door | None:
    """The door of a company whose id a program named beside its token, or None."""
    key = f"#{company_id}"
    known = _warm.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    with platform_scope(), transaction.atomic():
        company = _told_of().filter(pk=company_id).first()
    return _keep(key, company) if company else None


def subdomain_of(slug: str) -> str:
    """The host (with its port) that a company has from the start."""
    return f"{slug}.{settings.BASE_HOST}"


def _home_of(slug: str, chosen: str | None) -> str:
    if not chosen:
        return "" if chosen is None else subdomain_of(slug)
    _, colon, port = settings.BASE_HOST.partition(":")
    return f"{chosen}{colon}{port}"


def refs_of(schemas: Collection[str]) -> dict[str, CompanyRef]:
    """Companies by schema, to name them beside what is theirs; one that is not there is left out.

    As warm as doors are, so not for going in: whoever enters a company asks for it anew.
    """
    now = time.monotonic()
    found = {schema: known[1] for schema in schemas if (known := _refs.get(schema)) and known[0] > now}
    cold = set(schemas) - found.keys()
    if cold:
        if len(_refs) + len(cold) > _MOST_KEPT:
            _refs.clear()
        read = Company.refs(cold)
        _refs.update({schema: (now + WARM_SECONDS, ref) for schema, ref in read.items()})
        found |= read
    return found


def forget_company(company_id: int) -> None:
    """Drop what is kept warm about every host of a company in this process."""
    for host in [host for host, (_, door) in list(_warm.items()) if door.company and door.company.id == company_id]:
        _warm.pop(host, None)


def forget() -> None:
    """Drop everything that is kept warm in this process."""
    _warm.clear()
    _refs.clear()
