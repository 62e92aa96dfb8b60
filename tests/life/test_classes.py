"""Every table has its class: nothing is forgotten by an export, and nothing outlives an erasure unseen."""

import pytest
from django.apps import apps
from django.conf import settings

from tenants.life import classes

pytestmark = pytest.mark.no_database
_LOOKS_LIKE_A_COMPANYS = {"company_id", "schema", "schema_name", "tenant_id"}


def test_every_table_of_a_company_is_classified():
    assert {model._meta.label for model in classes.company_models()} == set(classes.COMPANY)


def test_every_shared_table_with_rows_of_companies_is_classified():
    found = {
        model._meta.label
        for config in apps.get_app_configs()
        if config.name in settings.SHARED_APPS
        for model in config.get_models(include_auto_created=True)
        if _LOOKS_LIKE_A_COMPANYS & {field.column for field in model._meta.concrete_fields}
    }
    classified = {label for label, (_, column) in classes.PUBLIC.items() if column}
    assert found == classified | set(classes.ELSEWHERE)


def test_what_is_classified_exists_and_columns_are_real():
    for model, what in classes.kept():
        names = {field.column for field in model._meta.concrete_fields}
        assert set(what.shown) <= names
        assert what.without <= names
    for label, (_, column) in classes.PUBLIC.items():
        assert not column or column in {field.column for field in apps.get_model(label)._meta.concrete_fields}


def test_an_unclassified_table_stops_an_export(monkeypatch):
    monkeypatch.delitem(classes.COMPANY, "tickets.Message")
    with pytest.raises(KeyError):
        list(classes.kept())
