"""The base of every API view: signed in, within the scope of the key, not too often, and input read through a shape."""

from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from portico.actor import Actor
from portico.api import scopes
from portico.api.parsing import JsonAlways, Shape
from portico.database import current_scope
from portico.errors import SignInNeeded, TooMany
from portico.throttle import Left, Limit, count

_MINUTE = 60
WHO_ASKS = "A bearer token, or a session, is needed here."
S = TypeVar("S", bound=Shape)


class ApiView(APIView):
    """Function-like views: find through `visible_to`, read the body, call the action, answer."""

    # What of the product this is about, for the scopes of keys (`scopes`). A view without one lets no scoped key in.
    part: ClassVar[str] = ""
    left: Left | None = None
    content_negotiation_class = JsonAlways
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.is_signed_in:
            raise SignInNeeded(WHO_ASKS)
        key = getattr(request._request, "key", None)
        self.left = count(_limits(self.actor, key), _MINUTE)
        if self.left and self.left.wait:
            raise TooMany(self.left.wait)
        scopes.require(key.scopes if key else None, self.part, request.method)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if self.left:
            for name, value in self.left.headers.items():
                answer.headers[name] = value
        return answer

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.request._request.actor  # type: ignore[attr-defined, no-any-return]

    def body(self, shape: type[Shape]) -> dict[str, Any]:
        """What was sent, in that shape; a validation error otherwise."""
        return _read(shape(data=self.request.data))

    def query(self, shape: type[Shape]) -> dict[str, Any]:
        """The parameters of the address, in that shape."""
        return _read(shape(data=self.request.query_params.dict()))


def _limits(actor: Actor, key: Any) -> list[Limit]:
    """One key, or the pages of one person; all keys and pages of that person; all of the company together."""
    from portico import asks  # it looks across

    most, scope = settings.API_REQUESTS_PER_MINUTE, current_scope()
    if scope and scope.company:
        most = min(most, asks.plan_limit("api") or most)
    found = [
        Limit("api", str(key.pk if key else actor.id), most),
        Limit("api-person", str(actor.id), most * settings.API_TIMES_A_PERSON),
    ]
    if scope and scope.company:
        found.append(Limit("api-company", "all", most * settings.API_TIMES_A_COMPANY))
    return found


def _read(shape: Shape) -> dict[str, Any]:
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)
