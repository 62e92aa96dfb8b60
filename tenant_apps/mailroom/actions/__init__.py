"""What can be done with mail that comes in. Each verb: permission, lock, rule, write, record."""

from tenant_apps.mailroom.actions.taking import ingest_later, take

__all__ = ["ingest_later", "take"]
