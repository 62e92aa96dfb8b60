"""What every host has under /api/."""

from django.urls import re_path

from portico.api import schema
from portico.api.routes import both

app_name = "api"
urlpatterns = [
    *both("schema", schema.schema, name="schema"),
    *both("docs", schema.docs, name="docs"),
    re_path("", schema.missing),
]
