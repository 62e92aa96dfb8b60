"""The base host: what Stripe tells."""

from django.urls import path

from shared_apps.billing.webhook import webhook

app_name = "stripe"
urlpatterns = [path("billing/webhook", webhook, name="webhook")]
