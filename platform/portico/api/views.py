"""The base of every API view: signed in, not too often, and input read through a shape."""

from typing import Any, TypeVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.views import APIView

from portico.actor import Actor
from portico.api.parsing import JsonAlways, Shape
from portico.errors import SignInNeeded
from portico.throttle import allow

_MINUTE = 60
WHO_ASKS = "A bearer token, or a session, is needed here."
S = TypeVar("S", bound=Shape)


class ApiView(APIView):
    """Function-like views: find through `visible_to`, read the body, call the action, answer."""

    content_negotiation_class = JsonAlways
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.is_signed_in:
            raise SignInNeeded(WHO_ASKS)
        allow("api", str(self.actor.id), settings.API_REQUESTS_PER_MINUTE, _MINUTE)

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


def _read(shape: Shape) -> dict[str, Any]:
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)
