"""What a program may send: events, and a request with a report. What is not in here is refused."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from portico import clock
from portico.api.parsing import Number, Shape, Text
from tenant_apps.telemetry.models import Kind
from tenant_apps.tickets.models import BODY_LENGTH

MOST_EVENTS, LONGEST, MOST_ACTIONS, MOST_CONTEXT = 500, 8_000, 50, 20
CATEGORIES = {"bug": "Bug", "feature_request": "Feature request", "billing": "Billing", "account": "Account"}
_NAME = r"\A[\w.:-]+( [\w.:-]+){0,5}\Z"
_HOUR = 3_600_000
_EARLIEST, _LATEST = timedelta(days=30), timedelta(days=1)


class App(Shape):
    """Which app it is."""

    version = serializers.RegexField(r"\A[0-9A-Za-z][0-9A-Za-z.+_-]*\Z", max_length=40)
    os = serializers.RegexField(_NAME, max_length=40, help_text="Such as Windows 11 or macOS 15.1.")


class Happened(Shape):
    """One event. Which fields go with which type is said in `FIELDS`."""

    id = serializers.UUIDField(required=False, help_text="Sent again with the same id, an event is kept once.")
    type = serializers.ChoiceField(choices=[one.value for one in Kind if one != Kind.REPORT])
    at = serializers.DateTimeField()
    duration_ms = Number(min_value=0, max_value=24 * _HOUR, required=False)
    records = Number(min_value=0, max_value=2**31, required=False)
    error = Text(max_length=2_000, required=False, allow_blank=True)
    error_type = serializers.RegexField(_NAME, max_length=80, required=False)
    stack = Text(max_length=LONGEST, required=False, allow_blank=True)
    context = serializers.DictField(child=Text(max_length=500, allow_blank=True), required=False)  # type: ignore[assignment]
    last_actions = serializers.ListField(child=Text(max_length=200), max_length=MOST_ACTIONS, required=False)
    feature = serializers.RegexField(_NAME, max_length=80, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        kind, may = given["type"], FIELDS[given["type"]]
        wrong = {name: [f"An event of type {kind} has no such field."] for name in given.keys() - may - _ALWAYS}
        wrong |= {name: ["This is needed here."] for name in NEEDED.get(kind, frozenset()) - given.keys()}
        if len(given.get("context", ())) > MOST_CONTEXT:
            wrong["context"] = [f"At most {MOST_CONTEXT} entries fit."]
        if wrong:
            raise serializers.ValidationError(wrong)
        now = clock.now()
        if not now - _EARLIEST < given["at"] < now + _LATEST:
            given["at"] = now  # the clock of the app is wrong, and what it tells is not
        return given


_ALWAYS = {"id", "type", "at"}
FIELDS: dict[str, set[str]] = {
    Kind.LAUNCH: set(),
    Kind.SYNC: {"duration_ms", "records"},
    Kind.SYNC_FAILED: {"duration_ms", "records", "error", "error_type"},
    Kind.ERROR_PAGE: {"error", "error_type", "stack", "context"},
    Kind.CRASH: {"error", "error_type", "stack", "context", "last_actions"},
    Kind.FEATURE: {"feature"},
}
NEEDED: dict[str, set[str]] = {
    Kind.SYNC_FAILED: {"error_type"},
    Kind.ERROR_PAGE: {"error_type"},
    Kind.CRASH: {"error_type"},
    Kind.FEATURE: {"feature"},
}


class Batch(Shape):
    app = App()
    events = serializers.ListField(child=Happened(), min_length=1, max_length=MOST_EVENTS)


class Taken(serializers.Serializer[Any]):
    """What became of a batch."""

    accepted = serializers.IntegerField()
    sharing = serializers.BooleanField(help_text="False: nothing is kept, because the company or the person opted out.")


class Sharing(Shape):
    share = serializers.BooleanField()


class Shared(serializers.Serializer[Any]):
    share = serializers.BooleanField(help_text="What this person chose.")
    company = serializers.BooleanField(help_text="What the company chose for everybody.")


class Trouble(Shape):
    at = serializers.DateTimeField()
    error_type = serializers.RegexField(_NAME, max_length=80)
    error = Text(max_length=2_000, required=False, allow_blank=True)


class Sync(Shape):
    state = serializers.ChoiceField(choices=["ok", "failing", "off"])
    last_success_at = serializers.DateTimeField(required=False, allow_null=True)
    pending = Number(min_value=0, max_value=2**31, required=False)


class Report(Shape):
    """What the app says of itself beside a request."""

    app = App()
    sync = Sync(required=False)
    recent_errors = serializers.ListField(child=Trouble(), max_length=20, required=False)


class DesktopTicket(Shape):
    subject = Text(max_length=200)
    description = Text(max_length=BODY_LENGTH)
    category = serializers.ChoiceField(choices=list(CATEGORIES.items()))
    screenshot = serializers.ImageField(required=False, max_length=255)
    diagnostics = Text(max_length=50_000, required=False, help_text="A report as JSON (see DiagnosticsReport).")


class MadeTicket(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    desk = serializers.ChoiceField(choices=["platform", "company"])
    url = serializers.CharField()
