"""The way from signup into the new desk: a signed code for one person, one company, one minute and one use."""

from uuid import UUID

from django.core import signing

from portico.database import CompanyRef, current_company
from shared_apps.accounts.models import User

LIFETIME_SECONDS = 60
_SALT = "portico.signup.welcome"


def issue(company: CompanyRef, owner: User) -> str:
    """A code that lets the owner in at this company, in this generation of it."""
    return signing.dumps([company.key, str(owner.pk)], salt=_SALT)


def redeem(code: str) -> User | None:
    """The person behind the code, locked for signing in; None when it is used, too old or not for this company.

    It is used up by signing in: a code is only good for somebody who never was here.
    """
    try:
        company_key, person = signing.loads(code, salt=_SALT, max_age=LIFETIME_SECONDS)
    except signing.BadSignature:
        return None
    if company_key != current_company().key:
        return None
    unseen = User.objects.select_for_update().filter(last_login=None, is_active=True)
    return unseen.filter(pk=UUID(person)).first()
