"""What managers do with partners' applications, and people with those that act for them.

A secret's text is given back once, by whatever makes it, and kept nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone

from portico.actor import SYSTEM, Actor
from portico.api import scopes
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts import tokens
from shared_apps.accounts.access import KEY_ROLES
from shared_apps.accounts.models import Token, User
from tenant_apps.partners import access, redirects
from tenant_apps.partners.models import App, Grant

MOST, MOST_OF_A_PERSON = 50, 10
GRACE = timedelta(hours=24)
CODE_LASTS = timedelta(seconds=60)
_KEPT = timedelta(days=1)
SECRET, CODE = "ps", "pc"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an application shall be. `role` lets it act by itself; `once` makes a form that is sent twice make one."""

    name: str
    redirects: Sequence[str]
    scopes: Sequence[str]
    is_confidential: bool
    once: UUID
    role: str = ""


@transaction.atomic
def make(wish: Wish, *, by: Actor) -> tuple[App, str]:
    """Register an application; the row, and its secret when it can keep one."""
    access.require(by, "keep_apps")
    app = App(id=uuid5(wish.once, str(by.id)), made_by=by.label, is_confidential=wish.is_confidential)
    _fill(app, wish)
    if App.objects.filter(pk=app.pk).exists():
        raise Refused("made_already", "This app was added already. If its secret is lost, make a new one on its page.")
    list(User.objects.filter(role="owner").order_by("pk").select_for_update(no_key=True).values_list("pk"))
    if App.objects.living().count() >= MOST:
        raise Refused("too_many_apps", f"A company has at most {MOST} apps. End one first.")
    text = _new_secret(app) if app.is_confidential else ""
    app.save(force_insert=True)
    record("app.create", app, by=by, desk="company", name=app.name, scopes=app.scopes, role=app.role)
    return app, text


@transaction.atomic
def change(app_id: UUID, wish: Wish, *, by: Actor) -> App:
    """Another name, other addresses or other scopes. What is withdrawn ends at once for everybody."""
    access.require(by, "keep_apps")
    app = _lock(app_id)
    before = set(app.scopes)
    _fill(app, wish)
    app.save(update_fields=["name", "redirects", "scopes", "role"])
    gone = sorted(before - set(app.scopes))
    if gone:
        less = RawSQL("scopes - %s::text[]", [gone])  # noqa: S611 (no words of anybody's, and they are parameters)
        app.grants.update(scopes=less)
        Token.objects.filter(app_id=app.pk).update(scopes=less)
    # What acts by itself acts as what it is now, or not at all.
    alone = Token.objects.filter(app_id=app.pk, user=None, revoked_at=None)
    alone.exclude(role=app.role).update(revoked_at=timezone.now())
    record("app.update", app, by=by, desk="company", name=app.name, scopes=app.scopes, role=app.role)
    return app


@transaction.atomic
def rotate(app_id: UUID, *, by: Actor) -> tuple[App, str]:
    """Another secret. The one before is good for a day, so that the partner can follow."""
    access.require(by, "keep_apps")
    app = _lock(app_id)
    if not app.is_confidential:
        raise Refused("no_secret", "This app has no secret: it cannot keep one.")
    if app.has_former:
        raise Refused("rotated_already", "Its secret was changed less than a day ago, and the one before still works.")
    app.former_digest, app.former_until = app.digest, timezone.now() + GRACE
    text = _new_secret(app)
    app.save(update_fields=["former_digest", "former_until", "digest", "tail"])
    record("app.rotate", app, by=by, desk="company", name=app.name)
    return app, text


@transaction.atomic
def end(app_id: UUID, *, by: Actor) -> App:
    """End an application at once, and with it everything that acts through it."""
    access.require(by, "keep_apps")
    app, now = _lock(app_id), timezone.now()
    app.ended_at = now
    app.save(update_fields=["ended_at"])
    # Grants before keys: whoever is about to make a key holds its grant, and has made it when this goes on.
    app.grants.filter(ended_at=None).update(ended_at=now)
    Token.objects.filter(app_id=app.pk, revoked_at=None).update(revoked_at=now)
    record("app.end", app, by=by, desk="company", name=app.name)
    return app


@transaction.atomic
def authorize(app: App, held: Sequence[str], redirect: str, challenge: str, *, by: Actor) -> str:
    """Let an application act for oneself; the code that it may take up within a minute."""
    access.require(by, "let_apps_act")
    person = User.objects.select_for_update(no_key=True).filter(pk=by.id or UUID(int=0), is_active=True).first()
    if person is None:
        raise Missing
    _make_room(app, person)
    text = tokens.secret(CODE)
    grant = Grant.objects.create(
        app=app,
        user=person,
        scopes=list(held),
        redirect=redirect,
        challenge=challenge,
        code_digest=tokens.marks_of(text)["digest"],
        code_until=timezone.now() + CODE_LASTS,
    )
    record("app.authorize", grant, by=by, desk="company", name=app.name, scopes=grant.scopes)
    return text


@transaction.atomic
def end_grant(grant_id: UUID, *, by: Actor) -> Grant:
    """Let an application no longer act for oneself."""
    access.require(by, "let_apps_act")
    grant = (
        Grant.objects.select_for_update(no_key=True, of=("self",))
        .select_related("app")
        .filter(pk=grant_id, user_id=by.id or UUID(int=0))
        .first()
    )
    if grant is None:
        raise Missing
    end_family(grant, by=by)
    return grant


def end_family(grant: Grant, *, by: Actor = SYSTEM, why: str = "") -> None:
    """End what came of a grant, which is locked: its code, its key and its refresh token."""
    if grant.ended_at is not None:
        return
    grant.ended_at = timezone.now()
    grant.save(update_fields=["ended_at"])
    Token.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=grant.ended_at)
    record("app.revoke", grant, by=by, desk="company", name=grant.app.name, of=grant.user.name, why=why)


def _make_room(app: App, person: User) -> None:
    """The oldest gives way, as on a device that was given away; what came to nothing long ago is forgotten."""
    mine = app.grants.filter(user=person)
    over = timezone.now() - _KEPT
    mine.filter(used_at=None, code_until__lt=over).delete()
    mine.filter(ended_at__lt=over).delete()
    living = mine.living().select_related("app", "user").order_by("-created_at", "-id")
    for grant in living.select_for_update(no_key=True, of=("self",))[MOST_OF_A_PERSON - 1 :]:
        end_family(grant)


def _lock(app_id: UUID) -> App:
    found: App | None = App.objects.living().select_for_update(no_key=True).filter(pk=app_id).first()
    if found is None:
        raise Missing
    return found


def _new_secret(app: App) -> str:
    text = tokens.secret(SECRET)
    marks = tokens.marks_of(text)
    app.digest, app.tail = marks["digest"], marks["tail"]
    return text


def _fill(app: App, wish: Wish) -> None:
    wrong: dict[str, list[str]] = {}
    app.name = " ".join(wish.name.split())
    if not app.name or len(app.name) > 80 or not app.name.isprintable():
        wrong["name"] = ["Give it the name that people know it by, of at most 80 characters."]
    app.redirects = list(dict.fromkeys(wish.redirects))
    if said := [no for one in app.redirects if (no := redirects.problem(one))]:
        wrong["redirects"] = said[:3]
    elif len(app.redirects) > redirects.MOST:
        wrong["redirects"] = [f"At most {redirects.MOST} addresses fit."]
    app.scopes = [one for one in scopes.COMPANY if one in wish.scopes]
    if not app.scopes or set(wish.scopes) - set(scopes.COMPANY):
        wrong["scopes"] = [f"Choose at least one of: {', '.join(scopes.COMPANY)}."]
    app.role = wish.role
    if wish.role and (wish.role not in KEY_ROLES or not app.is_confidential):
        wrong["role"] = ["Only an app that keeps a secret can act by itself."]
    if not app.redirects and not app.role and "redirects" not in wrong:
        wrong["redirects"] = ["Where do people go back to? Only an app that acts by itself needs no address."]
    if wrong:
        raise Invalid(wrong)
