"""Where an address has desks: told to that address alone, by letter, and to nobody who types it.

A request writes a row for every address alike and is over; a task looks. It finds companies by digests that each
company's own jobs keep (`keep_known`), so nobody walks over companies.
"""

from uuid import UUID

from django.utils.crypto import salted_hmac

from portico.database import current_company, visit
from portico.mailing import NOTICE, Letter, address, post
from shared_apps.accounts.models import User
from shared_apps.signup.models import Known, Search
from tenants.models import Company

MOST = 20


def ask(email: str) -> Search:
    """Have this address told where it has desks. The same work whether it has any."""
    return Search.objects.create(email=email.strip().lower())


def answer(search_id: UUID) -> None:
    """Look, and write the letter; none when there is no desk. In the platform's scope."""
    search = Search.objects.select_for_update(skip_locked=True).filter(pk=search_id).first()
    if search is None:
        return
    desks = [found for company in _companies(search.email) if (found := _desk(company, search.email))]
    if desks:
        post(Letter(to=search.email, template="desks", stream=NOTICE, facts={"desks": desks}))
    search.delete()


def keep_known() -> None:
    """Write down whose accounts are at this company: all of them, and nobody who has none any more."""
    company = current_company()
    emails = User.objects.filter(is_active=True).order_by().values_list("email", flat=True)
    now = {digest(one) for one in emails.iterator(2_000)}
    rows = Known.objects.filter(schema=company.schema)
    before = set(rows.values_list("digest", flat=True))
    rows.filter(digest__in=before - now).delete()
    new = [Known(digest=one, company_id=company.id, schema=company.schema) for one in sorted(now - before)]
    Known.objects.bulk_create(new, batch_size=1_000, ignore_conflicts=True)


def remember(email: str) -> None:
    """This address has an account at the company whose scope holds: known at once."""
    company = current_company()
    row = Known(digest=digest(email), company_id=company.id, schema=company.schema)
    Known.objects.bulk_create([row], ignore_conflicts=True)


def digest(email: str) -> str:
    """What stands for an address outside of its company: without our key nobody can tell which it is."""
    return salted_hmac("portico.signup.known", email.strip().lower(), algorithm="sha256").hexdigest()


def _companies(email: str) -> list[Company]:
    known = Known.objects.filter(digest=digest(email)).order_by("-pk").values("schema")[:MOST]
    return list(Company.objects.filter(state=Company.State.ACTIVE, schema_name__in=known))


def _desk(company: Company, email: str) -> dict[str, str] | None:
    """A desk as its letter names it, when the account is still there."""
    with visit(company.ref):
        if not User.objects.filter(email=email, is_active=True).exists():
            return None
        return {"name": company.name, "address": address("/login")}
