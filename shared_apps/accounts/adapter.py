"""What allauth asks of the product, where its inner workings are used: its own pages and mails are not."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from portico.errors import Forbidden
from shared_apps.accounts import sessions
from shared_apps.accounts.models import User


class Adapter(DefaultAccountAdapter):
    """Accounts are made by invitation, import or signup of a company, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account has a role, and somebody who gave it."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signing in ends in the one place where sessions begin."""
        sessions.sign_in(request, user)

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        sessions.sign_out(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nobody: passwords are checked by `actions.check_password` alone."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails leave by `portico.mailing.post`, with words of ours."""
        raise Forbidden("no_mail", f"{template_prefix} is not sent from here.")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Security changes are told by `notices`, once."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """What is said on pages is said by the views."""


class SecondStep(DefaultMFAAdapter):
    """Second factors. The relying party of a passkey is the host, so that one company's is useless at another."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Security changes are told by `notices`, once."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Which may go is decided by `actions`."""
        return isinstance(authenticator.user, User)
