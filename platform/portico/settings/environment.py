"""The environment, read here and nowhere else."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]

# What speaks as the owner of the tables; every other process uses the login role that owns nothing.
OWNER_COMMANDS = frozenset(
    {"migrate", "migrate_schemas", "makemigrations", "setup", "tenants", "scheduler", "sqlmigrate"}
)


def text(name: str, default: str = "") -> str:
    """The variable's words without surrounding blanks."""
    return os.environ.get(name, default).strip()


def number(name: str, default: int) -> int:
    """The variable as a whole number; a clear error when it is not one."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        sys.exit(f"{name} must be a whole number, not {value!r}.")


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes and on."""
    value = text(name).lower()
    return value in {"1", "true", "yes", "on"} if value else default


def speaks_as_owner() -> bool:
    """Whether this process works on schemas: migrations, provisioning, erasure."""
    return flag("PORTICO_OWNER") or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)


def changed(**values: str) -> dict[str, str]:
    """The environment of a process of ours for which these words are other ones."""
    return {**os.environ, **values}


def database(url: str, engine: str) -> dict[str, object]:
    """Django's settings of the database behind `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    return {
        "ENGINE": engine,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": number("DATABASE_CONNECTION_SECONDS", 600),
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"MIRROR": None},
    }
