"""`/api/v1/` about the company's plan."""

from portico.api.routes import both
from shared_apps.billing.api import Billing

app_name = "billing_api"
urlpatterns = [*both("billing", Billing.as_view(), name="billing")]
