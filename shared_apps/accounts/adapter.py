"""What allauth asks of the product, where its inner workings are used: its own pages and mails are not."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from portico import vault
from portico.database import current_scope
from portico.errors import Forbidden
from shared_apps.accounts import sessions

_KEPT_AS = "second step"


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
    """Second steps: secrets are sealed with the installation's key, so that a stolen table opens nothing."""

    def encrypt(self, text: str) -> str:
        """The secret as it is kept."""
        return vault.close(text, _KEPT_AS)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret, or nothing when it was sealed with another installation's key: no code fits then."""
        return vault.opened(encrypted_text, _KEPT_AS)

    def get_totp_issuer(self) -> str:
        """What an app calls the account's place."""
        scope = current_scope()
        return scope.company.name if scope and scope.company else "Portico console"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Security changes are told by `notices`, once."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Which may go is decided by `factors`."""
        return True
