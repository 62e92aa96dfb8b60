"""From the cookie of a visit to the visit, as long as everything it stands on still holds."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from portico import asks, clock
from portico.database import CompanyRef, company_scope, platform_scope
from shared_apps.accounts.session_store import SessionStore
from tenant_apps.visits import actions, consent, routes
from tenant_apps.visits.models import LASTS, Visit
from tenants.routing import Door

NAME, DOOR = "visit", "visit_door"  # in the visit's session
MOST_PAGES = 200
_OTHERS = "and others"


@dataclass(frozen=True, slots=True)
class Found:
    """The visit of a request, or why it is over; neither for a cookie that is nobody's."""

    visit: Visit | None = None
    why: str = ""


def look(key: str, door: Door, method: str, path: str, route: str | None) -> Found:
    """Judge the visit behind this cookie, and note what it opens. Each scope in a transaction of its own, so what is
    noted stays whatever becomes of the answer."""
    company: CompanyRef = door.company  # type: ignore[assignment]  # the caller has seen to it
    with company_scope(company), transaction.atomic():
        visit = _of(key, company)
        if visit is None:
            return Found()
        why = _why_over(visit, door)
    if not why:
        with platform_scope(), transaction.atomic():
            why = asks.why_visit_is_over(visit, company)
    with company_scope(company), transaction.atomic():
        if why:
            return Found(why=actions.end(visit, why).why)
        _note(visit, method, path, route)
    return Found(visit)


def open_session(visit: Visit, company: CompanyRef) -> str:
    """A session for the visit and nothing else: its key. No sign-in is read from it, and no visit from others."""
    store = SessionStore()
    store[NAME], store[DOOR] = str(visit.pk), company.key
    store.set_expiry(visit.ends_at)
    store.create()
    return str(store.session_key)


def _of(key: str, company: CompanyRef) -> Visit | None:
    said = SessionStore(key).load() if key.isalnum() else {}
    if said.get(DOOR) != company.key:
        return None
    return Visit.objects.filter(pk=str(said.get(NAME)), began_at__isnull=False).first()


def _why_over(visit: Visit, door: Door) -> str:
    """What ended it, as far as the company itself can tell; empty while it goes on."""
    if visit.state != Visit.State.RUNNING:
        return visit.why or "time"
    if visit.end:
        return "time"
    if door.state != "active":
        return "suspended"
    if not consent.lets(visit, consent.read()):
        return "withdrawn"
    person = actions.people().filter(pk=visit.person_id).first()
    visit.__dict__["person"] = person
    return "" if person else "person"


def _note(visit: Visit, method: str, path: str, route: str | None) -> None:
    """Count the page. What stands behind `?` is left out, and of what is closed to visits its route alone is kept."""
    if route in routes.PLAIN or route in routes.UNHEARD or route in routes.OWN:
        return
    row = Visit.objects.select_for_update().only("pages").get(pk=visit.pk)
    place = path if routes.is_page(route) else f"/{route}" if route else "an address that leads nowhere"
    name = (place if method == "GET" else f"{method} {place}")[:200]
    name = name if name in row.pages or len(row.pages) < MOST_PAGES else _OTHERS
    moment = clock.now().isoformat(timespec="seconds")
    times, first, _ = row.pages.get(name, (0, moment, ""))
    row.pages[name] = [times + 1, first, moment]
    row.save(update_fields=["pages"])


def give_cookie(response: HttpResponse, visit: Visit, company: CompanyRef) -> None:
    """Open a session for the visit, and set its cookie: for this host alone, for the half hour."""
    response.set_cookie(
        settings.VISIT_COOKIE_NAME,
        open_session(visit, company),
        max_age=int(LASTS.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
