"""Ways in that are asked for by mail: a link to choose a new password, a code to sign in with, a proof of an address.

Whoever asks hears the same, after the same time, whatever the address: looking it up is the worker's work.
"""

from django.urls import reverse

from portico import platform_tasks, tasks
from portico.database import current_scope
from portico.mailing import Letter, address, post
from portico.throttle import allow
from shared_apps.accounts import proofs
from shared_apps.accounts.models import User

RESET, CODE = "reset", "code"
_OF_ONE_ADDRESS, _FROM_ONE_PLACE, _WINDOW = 5, 30, 3600
_PATHS = "portico.urls_company"  # the same behind every door


def ask(purpose: str, email: str, place: str, seat: str = "") -> None:
    """Have it sent, if there is such an account here. TooMany after five for one address in an hour."""
    email = email.strip().lower()
    allow(f"ask-{purpose}-from", place, _FROM_ONE_PLACE, _WINDOW)
    allow(f"ask-{purpose}", email, _OF_ONE_ADDRESS, _WINDOW)
    scope = current_scope()
    if scope is not None and scope.company is not None:
        tasks.way_in.send(scope.company, purpose, email, seat)
    else:
        platform_tasks.platform_way_in.send(purpose, email, seat)


def send(purpose: str, email: str, seat: str) -> None:
    """The worker's part."""
    user = User.objects.select_for_update(no_key=True).filter(email=email, is_active=True).first()
    if user is None:
        return
    if purpose == CODE:
        facts, template = {"code": proofs.new_code(user, seat)}, "sign_in_code"
    else:
        facts, template = {"link": _link("reset", proofs.issue(user, proofs.RESET))}, "new_password"
    told = facts | {"name": user.name}
    post(Letter(to=user.email, name=user.name, template=template, facts=told, stream="auth", person=user.pk))


def send_proof(user: User, email: str = "") -> None:
    """A link that proves the address of an account (a locked row), or one that it shall move to."""
    to = email or user.email
    allow("ask-proof", str(user.pk), _OF_ONE_ADDRESS, _WINDOW)
    facts = {"link": _link("verify", proofs.issue(user, proofs.VERIFY, to)), "name": user.name}
    post(Letter(to=to, name=user.name, template="prove_address", facts=facts, stream="auth", person=user.pk))


def _link(name: str, secret: str) -> str:
    """Behind the door's stored name; on the platform accounts are the console's."""
    return address(reverse(f"accounts:{name}", _PATHS, args=[secret]), door="console")
