"""What has one way in the kernel is not done another way beside it."""

import ast

import pytest

from tests.guards.sources import CODE, imports, python_files, tree

pytestmark = pytest.mark.no_database

# What nobody imports, and where it is allowed all the same.
IMPORTS = {
    "django.core.files.storage.default_storage": ("platform/portico/storage.py",),
    "django_tenants.utils": (),
    "psycopg": ("platform/portico/database/", "platform/portico/embedded/", "tenants/"),
    "redis": ("platform/portico/",),
    "requests": (),
}
# What nobody calls: tasks are published by `send`, schemas are chosen by a scope.
CALLS = {
    "delay": (),
    "apply_async": ("platform/portico/work.py",),
    "send_task": (),
    "set_schema": ("platform/portico/database/", "tenants/"),
    "set_tenant": ("platform/portico/database/",),
    "getenv": (),
}
ENVIRONMENT = ("platform/portico/settings/environment.py", "platform/portico/embedded/") + (
    "platform/portico/management/commands/bench.py",
)


def _outside(path, allowed):
    return not str(path).startswith(tuple(allowed) or ("\0",))


@pytest.mark.parametrize(("module", "allowed"), IMPORTS.items())
def test_nobody_imports_around_the_kernel(module, allowed):
    def takes(name):
        return name == module or name.startswith(f"{module}.")

    found = [path for path in python_files(*CODE) if _outside(path, allowed) and any(map(takes, imports(path)))]
    assert found == []


def _called(path):
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return {function.attr for function in calls if isinstance(function, ast.Attribute)}


@pytest.mark.parametrize(("method", "allowed"), CALLS.items())
def test_nobody_calls_around_the_kernel(method, allowed):
    assert [path for path in python_files(*CODE) if _outside(path, allowed) and method in _called(path)] == []


def _reads_environment(path):
    return any(
        isinstance(node, ast.Attribute) and node.attr == "environ" and not _only_names_settings(path)
        for node in ast.walk(tree(path))
    )


def _only_names_settings(path):
    return path.name in {"wsgi.py", "asgi.py", "celery.py"}


def test_the_environment_is_read_in_one_place():
    assert [path for path in python_files(*CODE) if _outside(path, ENVIRONMENT) and _reads_environment(path)] == []
