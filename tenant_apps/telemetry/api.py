"""What desktop apps call."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portico.api.views import ApiView
from portico.database import current_company
from portico.throttle import allow
from tenant_apps.telemetry import actions, shapes, tickets
from tenant_apps.tickets import access

TAGS = ["desktop app"]
_MINUTE = 60


class Events(ApiView):
    """What happened in somebody's app."""

    part = "telemetry"

    @extend_schema(
        operation_id="telemetry_events",
        summary="Tell what happened in the app, several events at once",
        request=shapes.Batch,
        responses={202: shapes.Taken},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        access.require(self.actor, "see", access.COMPANY_DESK)
        allow("telemetry", current_company().key, settings.TELEMETRY_BATCHES_PER_MINUTE, _MINUTE)
        batch = self.body(shapes.Batch)
        kept = actions.take(batch["app"], batch["events"], by=self.actor)
        return Response({"accepted": kept, "sharing": kept > 0}, status=202)


class Sharing(ApiView):
    """Whether one's own app tells anything."""

    part = "telemetry"

    @extend_schema(
        operation_id="telemetry_sharing", summary="Whether your app tells anything", responses=shapes.Shared, tags=TAGS
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see", access.COMPANY_DESK)
        return self._told()

    @extend_schema(
        operation_id="choose_telemetry_sharing",
        summary="Let your app tell, or keep quiet (what it told is deleted)",
        request=shapes.Sharing,
        responses=shapes.Shared,
        tags=TAGS,
    )
    def put(self, request: Request) -> Response:
        access.require(self.actor, "see", access.COMPANY_DESK)
        actions.choose(self.body(shapes.Sharing)["share"], by=self.actor)
        return self._told()

    def _told(self) -> Response:
        return Response({"share": actions.shares(self.actor), "company": actions.company_shares()})


class DesktopTickets(ApiView):
    """Requests out of the app, with a picture of what it showed and a report of how it is."""

    part = "telemetry"

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="desktop_ticket",
        summary="Ask for help from the app, with a screenshot and a report",
        request={"multipart/form-data": shapes.DesktopTicket},
        responses={201: shapes.MadeTicket},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        access.require(self.actor, "open", access.COMPANY_DESK)
        asked: dict[str, Any] = self.body(shapes.DesktopTicket)
        report = actions.read_report(asked["diagnostics"], shapes.Report) if asked.get("diagnostics") else None
        made = tickets.open_from_app(asked, report, by=self.actor)
        page = reverse("desk:ticket" if made.is_platform else tickets.page_of(self.actor), args=[made.pk])
        body = {"id": made.pk, "number": made.number, "desk": made.desk, "url": urljoin(_here(request), page)}
        return Response(body, status=201)


def _here(request: Request) -> str:
    """The company's own door: a program may have come by the base host."""
    scheme = "https" if settings.HTTPS else "http"
    home = request._request.door.home  # type: ignore[attr-defined]
    return f"{scheme}://{home or f'{current_company().slug}.{settings.BASE_HOST}'}"
