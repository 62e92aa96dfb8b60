"""Letters that left long ago lose what they said. To whom they went, when, and how they ended stays."""

from datetime import timedelta

from django.conf import settings

from portico import clock
from shared_apps.mail.models import Outgoing

AT_ONCE = 2_000


def tidy() -> bool:
    """Empty old letters of the scope that holds; whether there may be more. What still waits to leave is never old."""
    if not settings.MAIL_KEPT_DAYS:
        return False
    before = clock.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    waiting = Outgoing.objects.waiting().values("pk")
    old = Outgoing.objects.filter(created_at__lt=before).exclude(facts={}).exclude(pk__in=waiting)
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])
    Outgoing.objects.filter(pk__in=keys).update(facts={})
    return len(keys) == AT_ONCE
