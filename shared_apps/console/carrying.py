"""The last step of joining a company with one's requests, or of leaving it: at the platform's own door, which alone may
enter two companies, and in one transaction. What was agreed to comes along, signed (`tenant_apps.people.carrying`)."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico.database import CompanyRef, visit
from portico.errors import Missing
from portico.events import record
from portico.mailing import address
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.people import actions as people
from tenant_apps.people.carrying import Word, read
from tenant_apps.tickets import actions as tickets
from tenants.models import HOUSE_ID, Company

_OVER = "This step cannot be taken any more. Please begin again."


@dataclass(frozen=True, slots=True)
class Both:
    """The two companies of a step, and the two accounts of one person."""

    company: CompanyRef
    house: CompanyRef
    person: User
    source: User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: HttpRequest) -> HttpResponse:
    """What is going to happen, and the button that does it. Twice does it once."""
    text = request.POST.get("with") or request.GET.get("with", "")
    word = read(text)
    if request.method == "POST":
        return HttpResponseRedirect(_DO[word.way](word))
    both = _both(word)
    context = {"word": word, "both": both, "number": _number(word, both), "with": text}
    return render(request, "console/carry.html", context)


@transaction.atomic
def join(word: Word) -> str:
    """Take somebody's requests out of the house and put them into the company that they joined; where to go then."""
    both = _both(word, lock=True)
    with visit(both.house):
        packed = tickets.take_out(both.source.pk, both.company.name, by=actor_of(both.source))
    with visit(both.company):
        carried = _put_in(packed, both.person, both.house)
        brought = [*both.person.profile.get("brought", ()), *map(str, carried)]
        both.person.profile = both.person.profile | {"brought": brought, "house": str(both.source.pk)}
        both.person.save(update_fields=["profile"])
        facts = {"name": both.person.name, "number": len(carried)}
        record("person.brought", both.person, by=actor_of(both.person), desk="company", **facts)
        return address("/requests")


@transaction.atomic
def leave(word: Word) -> str:
    """Take what somebody had brought along out of the company, put it back into the house, and end their account."""
    both = _both(word, lock=True)
    with visit(both.company):
        by, brought = actor_of(both.person), [UUID(one) for one in both.person.profile.get("brought", ())]
        packed = tickets.take_out(both.person.pk, both.house.name, brought, by=by)
        people.leave(by=by)
    with visit(both.house):
        _put_in(packed, both.source, both.company)
        return address("/login")


_DO = {"join": join, "leave": leave}


def _put_in(packed: Any, person: User, came_from: CompanyRef) -> list[UUID]:
    requester = tickets.Requester(person.pk, person.name, person.email)
    found: list[UUID] = tickets.put_in(packed, requester, came_from.name, by=actor_of(person))
    return found


def _number(word: Word, both: Both) -> int:
    """How many requests would go."""
    at, who = (both.house, both.source) if word.way == "join" else (both.company, both.person)
    only = None if word.way == "join" else [UUID(one) for one in both.person.profile.get("brought", ())]
    with visit(at):
        return int(tickets.carried(who.pk, only).count())


def _both(word: Word, *, lock: bool = False) -> Both:
    """Who and what was meant, as it stands now; Missing when any of it is not so any more.

    Both accounts have the same address: a person carries what is theirs, and nobody's requests into another's account.
    """
    company, house = _company(word.company), _company(word.house)
    if house.id != HOUSE_ID or company.id == HOUSE_ID:
        raise _over()
    find = partial(_account, lock=lock)
    source, person = find(house, word.source), find(company, word.person)
    if source.email != person.email:
        raise _over()
    if word.way == "leave" and person.profile.get("house") != str(source.pk):
        raise _over()
    return Both(company, house, person, source)


def _company(key: str) -> CompanyRef:
    number, _, generation = key.partition(".")
    if not number.isdecimal() or not generation.isdecimal():
        raise _over()
    found = Company.objects.filter(pk=int(number), generation=int(generation), state=Company.State.ACTIVE).first()
    if found is None:
        raise _over()
    ref: CompanyRef = found.ref
    return ref


def _account(company: CompanyRef, key: str, *, lock: bool) -> User:
    with visit(company):
        rows = User.objects.filter(pk__in=[key] if key else [], is_active=True)
        found: User | None = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise _over()
    return found


def _over() -> Missing:
    return Missing("step_over", _OVER)
