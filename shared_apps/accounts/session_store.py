"""Sessions in the database as Django keeps them; each request asks for one in a statement that is written already."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from portico.database.kept import Kept


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _LIVING.first(key=self.session_key, now=timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found


def _living(key: str, now: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)
    return rows


_LIVING = Kept(_living)
