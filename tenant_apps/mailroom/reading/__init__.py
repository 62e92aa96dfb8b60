"""Reading mails: pure, bounded, and in a process that may be killed. `read` asks it; `taking` is what it does."""

from tenant_apps.mailroom.reading.parent import Read, Reader, Unreadable, read

__all__ = ["Read", "Reader", "Unreadable", "read"]
