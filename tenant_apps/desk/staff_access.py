"""`/manager/staff-access`: what Portico's staff looked at and did here, and what the managers agree to."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portico import clock, downloads, keyset
from portico.database import CompanyRef, company_scope
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from portico.pages import signed_in
from shared_apps.accounts.confirming import surely_taking
from tenant_apps.journal.icons import icon
from tenant_apps.journal.models import Event
from tenant_apps.journal.search import Day
from tenant_apps.journal.words import words
from tenant_apps.visits import access, actions, consent
from tenant_apps.visits.models import Visit
from tenant_apps.visits.words import CONSENTS, ENDS, MODES, lasted, told

managers = signed_in(*sorted(access.MAY["decide"]))
ROWS, AT_ONCE = 50, 1_000
_KINDS = {"": "Looks and visits", "visits": "Visits alone", "looks": "Looks alone"}
_COLUMNS = (
    *("at", "who", "what", "ticket", "as_whom", "mode", "reason", "began_at", "ended_at", "seconds", "ended_why"),
    *("decided_by", "pages", "id"),
)


class Search(forms.Form):
    """What is looked for."""

    who = forms.CharField(required=False, max_length=120, label="Who (their name)")
    kind = forms.ChoiceField(required=False, label="What", choices=list(_KINDS.items()))
    since = Day()
    until = Day()

    def narrowed(self) -> QuerySet[Visit]:
        """The rows that are meant; none when the form is wrong."""
        rows = Visit.objects.told()
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        rows = rows.filter(staff_name__icontains=said["who"]) if said["who"] else rows
        if said["kind"]:
            looks = Visit.State.LOOKED
            rows = rows.filter(state=looks) if said["kind"] == "looks" else rows.exclude(state=looks)
        rows = rows.filter(at__gte=_midnight(said["since"])) if said["since"] else rows
        return rows.filter(at__lt=_midnight(said["until"]) + timedelta(days=1)) if said["until"] else rows


class ConsentForm(forms.Form):
    """What is agreed to, until when, and for which request."""

    mode = forms.ChoiceField(choices=[(key, name) for key, (name, _) in CONSENTS.items()])
    until = Day(label="Until the end of")
    ticket = forms.CharField(required=False, max_length=40, label="Only for the request (its number)")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_safe
@managers
def overview(request: HttpRequest) -> HttpResponse:
    """Who looked, who was whom, what waits for a word, and what holds."""
    return _page(request)


@require_POST
@managers
def agree(request: HttpRequest) -> HttpResponse:
    """Give, limit or withdraw consent."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    said = form.cleaned_data
    opens = said["mode"] in access.MODES
    until = _midnight(said["until"]) + timedelta(days=1) if opens and said["until"] else None
    number = said["ticket"] if opens else ""
    try:
        ended = actions.agree(said["mode"], until, number, by=request.actor, seen=said["seen"])
    except Invalid as no:
        for name, texts in no.fields.items():
            form.add_error(name, texts)
        return _page(request, form=form)
    except Refused as no:
        return _page(request, form=form, refused=no)
    more = f" {ended} visit{'' if ended == 1 else 's'} ended at once." if ended else ""
    messages.success(request, f"Staff access is now: {CONSENTS[said['mode']][0].lower()}.{more}")
    return redirect("desk:staff-access")


@require_POST
@managers
def decide(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Say yes or no to one visit, or end one that runs."""
    do = request.POST.get("do", "")
    try:
        if do == "end":
            found = actions.end(_find(visit_id), "withdrawn", by=request.actor)
            messages.success(request, f"The visit of {found.staff_name} has ended.")
        else:
            found = actions.decide(visit_id, do == "yes", by=request.actor)
            said = "may come in once, within a day" if do == "yes" else "may not come in"
            messages.success(request, f"{found.staff_name} {said}.")
    except Refused as no:
        return _page(request, refused=no)
    return redirect("desk:staff-access")


@require_safe
@managers
def one(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: its pages and everything that was done in it."""
    found = _find(visit_id)
    done = list(actions.done_in(found)[:500])
    pages = [(place, *said) for place, said in found.pages.items() if isinstance(said, list) and len(said) == 3]
    context = {
        "here": "access",
        "found": found,
        "mode": MODES.get(found.mode, ""),
        "lasted": lasted(found.seconds),
        "why": _why(found),
        "pages": [(place, times, _moment(first), _moment(last)) for place, times, first, last in pages],
        "done": [(row, words(row), icon(row)) for row in done],
    }
    return render(request, "desk/staff_visit.html", context)


@require_safe
@managers
@surely_taking
def export(request: HttpRequest) -> Any:
    """The same list as a file. That somebody took it away is written down first."""
    form = Search(request.GET)
    rows = form.narrowed()
    if form.errors:
        raise Missing
    company = request.door.company
    record("audit.export", None, by=request.actor, form="csv", of="the list of staff access")
    return downloads.as_download(_as_file(rows, company), "csv", f"staff-access-{company.slug}")


def _page(request: HttpRequest, *, form: ConsentForm | None = None, refused: Refused | None = None) -> HttpResponse:
    search = Search(request.GET)
    try:
        page = keyset.ordered(search.narrowed(), "-at", key=UUID, cursor=request.GET.get("cursor"), limit=ROWS)
    except Invalid:
        return redirect("desk:staff-access")
    agreed = consent.read()
    waiting = list(Visit.objects.asked().order_by("at")[:20])
    context = {
        "here": "access",
        "search": search,
        "is_narrowed": search.is_valid() and any(search.cleaned_data.values()),
        "rows": [(row, told(row), _why(row), lasted(row.seconds)) for row in page.rows],
        "next_cursor": page.next_cursor,
        "is_first": not request.GET.get("cursor"),
        "waiting": [(row, MODES[row.mode]) for row in waiting],
        "running": [row for row in Visit.objects.running().order_by("began_at") if not row.end],
        "consents": CONSENTS,
        "agreed": agreed,
        "agreed_name": CONSENTS[agreed["mode"]][0],
        "agreed_until": _moment(agreed["until"]) - timedelta(seconds=1) if agreed["until"] else None,
        "is_over": bool(agreed["until"]) and _moment(agreed["until"]) <= clock.now(),
        "form": form or _drawn(agreed),
        "refused": refused,
        "history": [(row, words(row), *_ends_of(row)) for row in _consents()[:5]],
    }
    wrong = search.errors or (form and form.errors)
    status = refused.status if refused else 422 if wrong else 200
    return render(request, "desk/staff_access.html", context, status=status)


def _consents() -> QuerySet[Event]:
    return Event.objects.filter(verb="visit.consent").order_by("-at", "-id")


def _ends_of(row: Event) -> tuple[str, str]:
    """What was agreed to before and after, in words."""
    before, after = (CONSENTS[row.facts[end]["mode"]][0].lower() for end in ("before", "after"))
    return before, after


def _drawn(agreed: dict[str, Any]) -> ConsentForm:
    """The form as it stands; a week when there is no day yet."""
    until = _moment(agreed["until"]) - timedelta(seconds=1) if agreed["until"] else clock.now() + timedelta(days=7)
    day = timezone.localtime(until).date()
    said = {"mode": agreed["mode"], "until": day, "ticket": agreed["ticket"], "seen": consent.version()}
    return ConsentForm(initial=said)


def _find(visit_id: UUID) -> Visit:
    found = Visit.objects.told().filter(pk=visit_id).exclude(state=Visit.State.LOOKED).first()
    if found is None:
        raise Missing
    return found


def _why(row: Visit) -> str:
    return ENDS.get(row.why or ("time" if row.began_at and row.end else ""), "")


def _as_file(rows: QuerySet[Visit], company: CompanyRef) -> Iterator[str]:
    """All of it, latest first, each piece read in a short transaction of its own."""
    yield downloads.head(_COLUMNS)
    position = None
    while True:
        with company_scope(company), transaction.atomic():
            after = rows.filter(position.after("at")) if position else rows
            some = list(after.order_by("-at", "-id")[:AT_ONCE])
        if not some:
            return
        yield downloads.written("csv", [_line(row) for row in some], _COLUMNS)
        position = keyset.Position(some[-1].at, some[-1].pk)


def _line(row: Visit) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in ("at", "mode", "reason", "began_at", "decided_by", "id")}
    said |= {"who": row.staff_name, "what": told(row), "ticket": row.number, "as_whom": row.person_name}
    said |= {"ended_at": row.end, "seconds": row.seconds if row.began_at else None, "ended_why": _why(row)}
    return said | {"pages": [f"{place} ({times})" for place, (times, *_) in row.pages.items()]}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
