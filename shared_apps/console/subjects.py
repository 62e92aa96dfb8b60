"""The subject catalogue: what companies choose from when they ask."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portico.errors import Invalid, Missing
from shared_apps.console import effect
from shared_apps.console.forms import MergeForm, SubjectForm
from shared_apps.console.models import TicketIndex
from shared_apps.console.team import leads_only, undo_address
from shared_apps.staff import actions
from shared_apps.staff.models import Subject

_WAYS = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def several(request: HttpRequest) -> HttpResponse:
    """All of them with what is open and who looks after it; a new one is added here."""
    form = SubjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.add_subject(form.cleaned_data["label"], by=request.actor)
            messages.success(request, f"{made.label} is on offer. Nobody covers it yet.")
            return redirect("console:team-subjects")
        except Invalid as refused:
            form.add_error("label", refused.fields["label"])
    choices = effect.choices()
    context = {
        "form": form,
        "offered": [one for one in choices if one.subject.is_active],
        "retired": [one for one in choices if not one.subject.is_active],
        "merged": _merged(),
    }
    return render(request, "console/subjects.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def rename(request: HttpRequest, subject_key: str) -> HttpResponse:
    """Give a subject another name. Its key, which programs know, stays."""
    subject = _subject(subject_key)
    form = SubjectForm(request.POST if request.method == "POST" else None, initial={"label": subject.label})
    if form.is_valid():
        seen = {"label": request.POST.get("seen") or subject.label, "is_active": subject.is_active}
        try:
            label = form.cleaned_data["label"]
            event = actions.change_subject(subject_key, label=label, seen=seen, by=request.actor)
            return _done(request, event, "Renamed. Old requests show the new name as well.")
        except Invalid as refused:
            form.add_error("label", refused.fields["label"])
    context = {"subject": subject, "form": form, "seen": request.POST.get("seen") or subject.label}
    return render(request, "console/subject.html", context, status=422 if form.errors else 200)


@require_POST
@leads_only
def offer(request: HttpRequest, subject_key: str, on: bool) -> HttpResponse:
    """Retire a subject, or bring it back."""
    event = actions.change_subject(subject_key, is_active=on, by=request.actor)
    retired = "Retired: offered for new requests no more. What is open about it goes on."
    return _done(request, event, "It is on offer again." if on else retired)


@require_POST
@leads_only
def move(request: HttpRequest, subject_key: str) -> HttpResponse:
    """One place up or down in the list."""
    way = _WAYS.get(request.POST.get("way", ""))
    if way is None:
        raise Invalid({"way": ["Please choose up or down."]})
    actions.move_subject(subject_key, way, by=request.actor)
    return redirect("console:team-subjects")


@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def merge(request: HttpRequest, subject_key: str) -> HttpResponse:
    """Make a subject part of another: first what that means, then the word for it."""
    subject = _subject(subject_key)
    choices = {one.subject.key: one for one in effect.choices()}
    others = [(key, one.subject.label) for key, one in choices.items() if one.subject.is_active and key != subject_key]
    tickets = TicketIndex.objects.filter(subject=subject_key)
    form = MergeForm(others, request.POST if request.method == "POST" else None)
    if form.is_valid():
        into = choices[form.cleaned_data["into"]].subject
        actions.merge_subject(subject_key, into.key, tickets.count(), by=request.actor)
        messages.success(request, f"{subject.label} becomes part of {into.label}. Its requests follow one by one.")
        return redirect("console:team-subjects")
    context = {
        "subject": subject,
        "form": form,
        "own": choices.get(subject_key),
        "tickets": tickets.count(),
        "companies": tickets.values("company_id").distinct().count(),
    }
    return render(request, "console/subject_merge.html", context, status=422 if form.errors else 200)


def _subject(key: str) -> Subject:
    """One that stands for itself; Missing for any other."""
    subject = Subject.objects.to_cover().filter(key=key).first()
    if subject is None:
        raise Missing
    return subject


def _merged() -> list[tuple[Subject, int]]:
    """What became part of something else, each with how many of its tickets have moved; what goes on comes first."""
    rows = list(Subject.objects.exclude(merged_into=None).select_related("merged_into").order_by("-merged_at", "label"))
    to_come = TicketIndex.objects.filter(subject__in=[one.key for one in rows if one.merged_at is None])
    left = dict(to_come.values_list("subject").annotate(Count("pk")))
    return [(one, max(0, one.tickets_to_move - left.get(one.key, 0))) for one in rows]


def _done(request: HttpRequest, event: object, words: str) -> HttpResponse:
    if event is None:
        messages.info(request, "Nothing was changed: it was so already.")
    else:
        messages.success(request, words, extra_tags=undo_address(event))
    return redirect("console:team-subjects")
