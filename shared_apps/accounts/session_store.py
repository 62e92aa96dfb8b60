"""Sessions in the database as Django keeps them; each request asks for one in a statement that is written already,
and along with it for the account that it was of the last time."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from portico.database.kept import Kept, together
from shared_apps.accounts import sessions


class SessionStore(db.SessionStore):
    """`beside` is the account that was read along, if there was one: it may be of somebody else."""

    beside: Any = None

    def _get_session_from_db(self) -> Any:
        found = self._found() if self.session_key else None
        if found is None:
            self._session_key = None
        return found

    def _found(self) -> Any:
        key: str = self.session_key or ""
        last = sessions.asking_for_last(key)
        found, *others = together(_LIVING.asking(key=key, now=timezone.now()), *((last,) if last else ()))
        self.beside = others[0][0] if others and others[0] else None
        return found[0] if found else None


def _living(key: str, now: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)
    return rows


_LIVING = Kept(_living, is_steady=True)
