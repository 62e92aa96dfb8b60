"""What programs of a company may know of its plan."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portico import asks
from portico.api.views import ApiView
from portico.database import current_company
from shared_apps.accounts import seats
from shared_apps.billing import access, actions, plans
from shared_apps.billing.models import Account


class Limits(serializers.Serializer):
    agents = serializers.IntegerField(allow_null=True, help_text="People who answer; null is any number.")
    storage_bytes = serializers.IntegerField(allow_null=True)
    keys = serializers.IntegerField(allow_null=True, help_text="Keys of the company.")
    requests_per_minute = serializers.IntegerField(allow_null=True, help_text="Of one key.")
    white_label = serializers.BooleanField()


class Standing(serializers.Serializer):
    takes_payments = serializers.BooleanField(help_text="Whether anything can be bought on this installation.")
    plan = serializers.CharField()
    state = serializers.CharField(help_text="trial, free, active, past_due or suspended; free without payments.")
    trial_ends_at = serializers.DateTimeField(allow_null=True)
    grace_ends_at = serializers.DateTimeField(allow_null=True, help_text="When an unpaid desk will rest.")
    ends_at = serializers.DateTimeField(allow_null=True, help_text="When a cancelled subscription ends.")
    agents = serializers.IntegerField()
    storage_bytes = serializers.IntegerField()
    limits = Limits()


class Billing(ApiView):
    """How the company stands with its plan."""

    part = "billing"

    @extend_schema(
        operation_id="billing",
        summary="Plan, state, and what is taken of its limits",
        responses=Standing,
        tags=["company"],
    )
    def get(self, request: Request) -> Response:
        access.require(self.actor, "see")
        plan, stands = asks.plan_of_company(), request._request.door.standing  # type: ignore[attr-defined]
        known = Account.objects.filter(schema=current_company().schema).first() if plans.takes_payments() else None
        told = {
            "takes_payments": plans.takes_payments(),
            "plan": plan.key,
            "state": known.state if known else "trial" if plans.takes_payments() else "free",
            "trial_ends_at": stands.trial_ends,
            "grace_ends_at": stands.grace_ends,
            "ends_at": stands.ends,
            "agents": seats.taken(),
            "storage_bytes": actions.storage_taken(),
            "limits": {
                "agents": plan.agents,
                "storage_bytes": plan.storage,
                "keys": plan.keys,
                "requests_per_minute": plan.api,
                "white_label": plan.white_label,
            },
        }
        return Response(Standing(told).data)
