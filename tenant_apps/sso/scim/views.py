"""SCIM for programs: a key of the company that acts as a manager, with the scope for it. Answers are SCIM's own."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request

from portico.api import problems
from portico.api.parsing import JsonParser
from portico.api.views import ApiView
from portico.errors import Missing
from portico.mailing import address
from tenant_apps.sso import access
from tenant_apps.sso.scim import finding, groups, people, shapes
from tenant_apps.sso.scim.shapes import ERROR, LIST, MOST, ScimRefused

_TYPE = "application/scim+json"
_ALWAYS = frozenset({"schemas", "id"})


class ScimParser(JsonParser):
    media_type = _TYPE


class ScimView(ApiView):
    """What all addresses of SCIM share."""

    part: ClassVar[str] = "scim"
    parser_classes = (ScimParser, JsonParser)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        access.require(self.actor, "keep_directory")

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], HttpResponse | None]:
        return _handled

    @property
    def base(self) -> str:
        return address("/scim/v2")

    def listed(self, rows: list[dict[str, Any]], total: int, start: int = 1) -> HttpResponse:
        """RFC 7644 section 3.4.2."""
        body = {"schemas": [LIST], "totalResults": total, "startIndex": start, "itemsPerPage": len(rows)}
        return _answer(body | {"Resources": [self.narrowed(one) for one in rows]})

    def narrowed(self, row: dict[str, Any]) -> dict[str, Any]:
        """Only the attributes that were asked for (section 3.9)."""
        wanted, without = (_names(self.request, name) for name in ("attributes", "excludedAttributes"))
        if wanted:
            return {name: value for name, value in row.items() if name in _ALWAYS or name.lower() in wanted}
        return {name: value for name, value in row.items() if name in _ALWAYS or name.lower() not in without}

    def page(self) -> tuple[int, int]:
        """Where a list begins, and how long it is."""
        start, count = (_number(self.request.query_params.get(name), most) for name, most in _PAGE.items())
        return max(1, start), min(count, MOST)


_PAGE = {"startIndex": 1, "count": 100}


class Users(ScimView):
    """The people of the company."""

    def get(self, request: Request) -> HttpResponse:
        start, count = self.page()
        rows = finding.people(request.query_params.get("filter", ""))
        return self.listed(people.all_shown(rows[start - 1 : start - 1 + count], self.base), rows.count(), start)

    def post(self, request: Request) -> HttpResponse:
        made = people.create(request.data, by=self.actor)
        row = people.all_shown([made], self.base)[0]
        return _answer(self.narrowed(row), 201, Location=row["meta"]["location"])


class User(ScimView):
    """One of them."""

    def get(self, request: Request, id: UUID) -> HttpResponse:
        found = finding.people("").filter(pk=id).first()
        if found is None:
            raise Missing
        return self._shown(found)

    def put(self, request: Request, id: UUID) -> HttpResponse:
        return self._shown(people.replace(id, request.data, by=self.actor))

    def patch(self, request: Request, id: UUID) -> HttpResponse:
        return self._shown(people.change(id, request.data, by=self.actor))

    def delete(self, request: Request, id: UUID) -> HttpResponse:
        people.delete(id, by=self.actor)
        return HttpResponse(status=204)

    def _shown(self, person: Any) -> HttpResponse:
        return _answer(self.narrowed(people.all_shown([person], self.base)[0]))


class Groups(ScimView):
    """The teams of the company."""

    def get(self, request: Request) -> HttpResponse:
        start, count = self.page()
        rows = finding.teams(request.query_params.get("filter", ""))
        with_members = "members" not in _names(request, "excludedAttributes")
        page = groups.all_shown(rows[start - 1 : start - 1 + count], self.base, with_members=with_members)
        return self.listed(page, rows.count(), start)

    def post(self, request: Request) -> HttpResponse:
        row = groups.all_shown([groups.create(request.data, by=self.actor)], self.base)[0]
        return _answer(self.narrowed(row), 201, Location=row["meta"]["location"])


class Group(ScimView):
    """One of them."""

    def get(self, request: Request, id: UUID) -> HttpResponse:
        found = finding.teams("").filter(pk=id).first()
        if found is None:
            raise Missing
        return self._shown(found)

    def put(self, request: Request, id: UUID) -> HttpResponse:
        return self._shown(groups.replace(id, request.data, by=self.actor))

    def patch(self, request: Request, id: UUID) -> HttpResponse:
        return self._shown(groups.change(id, request.data, by=self.actor))

    def delete(self, request: Request, id: UUID) -> HttpResponse:
        groups.delete(id, by=self.actor)
        return HttpResponse(status=204)

    def _shown(self, team: Any) -> HttpResponse:
        return _answer(self.narrowed(groups.all_shown([team], self.base)[0]))


class Provider(ScimView):
    """What this server can do."""

    def get(self, request: Request) -> HttpResponse:
        return _answer(shapes.provider(self.base))


class Described(ScimView):
    """Schemas and kinds of resources: all of them, or one."""

    what: ClassVar[str] = "schemas"

    def get(self, request: Request, code: str = "") -> HttpResponse:
        if "filter" in request.query_params:
            raise ScimRefused(403, "", "This list is not filtered.")
        rows = getattr(shapes, self.what)(self.base)
        if not code:
            return self.listed(rows, len(rows))
        found = next((one for one in rows if one["id"] == code), None)
        if found is None:
            raise Missing
        return _answer(found)


class Search(ScimView):
    """Questions by POST (RFC 7644 section 3.4.3) are not taken: the same can be asked by GET."""

    def post(self, request: Request) -> HttpResponse:
        return _refused(501, "", "Please ask with GET.")


@csrf_exempt
def missing(request: HttpRequest) -> HttpResponse:
    """Everything else under SCIM's path."""
    return _refused(404, "", problems.MISSING)


def _handled(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """SCIM's answer to what the product refuses (RFC 7644 section 3.12)."""
    said = problems.exception_handler(error, context)
    if said is None:
        return None
    import json

    problem = json.loads(said.content)
    words = " ".join([problem["detail"], *(text for texts in problem.get("errors", {}).values() for text in texts)])
    answer = _refused(said.status_code, getattr(error, "scim_type", ""), words)
    for name in ("Retry-After", "WWW-Authenticate", "Allow"):
        if name in said:
            answer[name] = said[name]
    return answer


def _refused(status: int, scim_type: str, words: str) -> HttpResponse:
    body = {"schemas": [ERROR], "status": str(status), "detail": words}
    return _answer(body | ({"scimType": scim_type} if scim_type else {}), status)


def _answer(body: dict[str, Any], status: int = 200, **headers: str) -> HttpResponse:
    return JsonResponse(body, status=status, content_type=_TYPE, headers={"Cache-Control": "no-store", **headers})


def _names(request: Request, parameter: str) -> frozenset[str]:
    """Attributes by name, of which the first part decides here."""
    given = request.query_params.get(parameter, "")
    plain = [one.strip().rpartition(":")[2].partition(".")[0].lower() for one in given.split(",")]
    return frozenset(one for one in plain if one)


def _number(text: str | None, default: int) -> int:
    try:
        return max(0, int(text)) if text and len(text) < 10 else default
    except ValueError:
        raise ScimRefused(400, "invalidValue", "This has to be a whole number.") from None
