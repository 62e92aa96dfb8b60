"""Views of the queue that staff keep: their own, and shared ones. Coverage bounds what each finds there."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict

from portico.actor import Actor
from portico.errors import Invalid, Missing
from portico.events import record
from shared_apps.console.forms import FilterForm
from shared_apps.console.models import SavedView
from shared_apps.console.queue import Filters, Wanted

MOST, LONGEST = 20, 1_200
MOST_SHOWN = 40  # each is counted with every look at the queue


def shown_to(actor: Actor) -> list[SavedView]:
    """Those that stand beside the queue, by name: one's own all of them, and the first of the shared ones."""
    seen = sorted(seen_by(actor), key=lambda one: one.owner_id != actor.id)[:MOST_SHOWN]
    return sorted(seen, key=lambda one: (one.name, one.pk))


def seen_by(actor: Actor) -> QuerySet[SavedView]:
    """One's own and the shared ones, by name."""
    return SavedView.objects.filter(Q(owner=actor.id) | Q(is_shared=True)).order_by("name", "id")


def filters_of(views: Iterable[SavedView]) -> dict[str, Filters]:
    """What each is narrowed to, to be counted: "view:<id>". Not those that would have to be looked through."""
    found = {f"view:{one.pk}": FilterForm(QueryDict(one.query)).filters(one.company_id) for one in views}
    return {name: filters for name, filters in found.items() if not filters.is_deep}


@transaction.atomic
def keep(name: str, wanted: Wanted, *, is_shared: bool, by: Actor) -> SavedView:
    """Keep a view under a name of one's own; `is_shared` shows it to all staff. Invalid for a name that is taken."""
    if not by.is_staff or by.id is None:
        raise Missing
    name = " ".join(name.replace("\x00", "").split())[:80]
    mine = SavedView.objects.filter(owner=by.id)
    if not name:
        raise Invalid({"name": ["Please give the view a name."]})
    if mine.filter(name=name).exists():
        raise Invalid({"name": ["You have a view of this name already."]})
    if mine.count() >= MOST:
        raise Invalid({"name": [f"{MOST} views are the most. Please take one away first."]})
    query = wanted.query(company="").removeprefix("?")
    if len(query) > LONGEST:
        raise Invalid({"name": ["This list is narrowed by too many words to be kept. Please look for fewer."]})
    company_id = wanted.filters.company_id
    view = SavedView.objects.create(owner_id=by.id, name=name, query=query, company_id=company_id, is_shared=is_shared)
    record("view.create", view, by=by, name=name, is_shared=is_shared)
    return view


@transaction.atomic
def drop(view_id: int, *, by: Actor) -> SavedView:
    """Take a view away: one's own, and for those who lead any shared one."""
    views = seen_by(by) if by.sees_all else SavedView.objects.filter(owner=by.id)
    view = views.filter(pk=view_id).first()
    if view is None:
        raise Missing
    record("view.delete", view, by=by, name=view.name, is_shared=view.is_shared)
    view.delete()
    return view
