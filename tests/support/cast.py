"""The cast of every test, named once: Acme and Borealis with their people, and the platform's staff."""

import os

PASSWORD = "correct horse battery"
HASHER = "tests.support.hashing.Quick"

COMPANIES = {"acme": "Acme", "borealis": "Borealis"}
PEOPLE = {
    "acme": {
        "olga": ("Olga Acker", "owner"),
        "ada": ("Ada Lind", "manager"),
        "ben": ("Ben Ode", "agent"),
        "mia": ("Mia Holt", "member"),
        "cleo": ("Cleo Marsh", "customer"),
    },
    "borealis": {
        "odd": ("Odd Berg", "owner"),
        "bo": ("Bo Nyman", "manager"),
        "bea": ("Bea Falk", "agent"),
    },
}
STAFF = {
    "lin": ("Lin Haas", "platform_support", ["website"]),
    "una": ("Una Weiss", "platform_support", []),
    "eli": ("Eli Roy", "platform_engineer", []),
    "sam": ("Sam Oduya", "platform_supervisor", []),
    "ann": ("Ann Admin", "platform_admin", []),
    "omar": ("Omar Said", "platform_owner", []),
    "max": ("Max Orr", "platform_account_manager", []),
}


def company_of(name: str) -> str | None:
    """The slug of the company somebody works for; None for the platform's staff."""
    return next((slug for slug, people in PEOPLE.items() if name in people), None)


def email_of(name: str) -> str:
    """Everybody's address follows from their name."""
    return f"{name}@{company_of(name) or 'portico'}.example"


def hire() -> None:
    """Claim the companies and make the accounts, in the order that gives Acme the id 1 and Borealis the id 2."""
    from django.conf import settings
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts.models import User
    from shared_apps.staff.models import TicketCoverage
    from tenants.provision import claim

    settings.PASSWORD_HASHERS = [HASHER]
    for slug, name in COMPANIES.items():
        with platform_scope(), transaction.atomic():
            company = claim(name=name, slug=slug)
        with company_scope(company), transaction.atomic():
            for person, (label, role) in PEOPLE[slug].items():
                User.objects.create_user(email_of(person), PASSWORD, name=label, role=role)
    with platform_scope(), transaction.atomic():
        for person, (label, role, subjects) in STAFF.items():
            user = User.objects.create_user(email_of(person), PASSWORD, name=label, role=role)
            TicketCoverage.objects.bulk_create(
                [TicketCoverage(platform_admin_id=user.pk, subject_id=one) for one in subjects]
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    hire()
