"""What an export and an erasure do with every table. A table that stands in no list fails a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.conf import settings
from django.db.models import AutoField, Field, Model


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of a company's schema that is exported and restored. All of them go with the schema when it is erased.

    `without` names columns that are made anew; `shown` those of the readable page; `rule` is SQL that every row has to
    satisfy besides the table's own constraints, since an archive may come from anybody.
    """

    shown: tuple[str, ...]
    without: frozenset[str] = frozenset()
    rule: str = "true"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A table whose rows never leave the schema. They go with it when the company is erased or restored."""

    why: str


COMPANY: dict[str, Kept | Dropped] = {
    "accounts.User": Kept(
        shown=("name", "email", "role", "is_active", "created_at"),
        without=frozenset({"security"}),  # links that wait, passwords of before: none goes on in another generation
        rule="role IN ('owner', 'manager', 'agent', 'member', 'customer')",
    ),
    "accounts.Token": Dropped("tokens name a generation, and a restored company has another"),
    "accounts.StoredAnswer": Dropped("answers are kept for a day, for requests of an earlier generation"),
    "account.EmailAddress": Kept(shown=("email", "verified")),
    "mfa.Authenticator": Dropped("its rows are among what is sealed (`SEALED`)"),
    "usersessions.UserSession": Dropped("sessions end with their generation"),
    "socialaccount.SocialApp": Dropped("it holds the secret of an identity provider, which is connected again"),
    "socialaccount.SocialAccount": Dropped("whom an identity provider means is found again when they sign in"),
    "sessions.Session": Dropped("sessions end with their generation"),
    # Facts may open doors, and what waits is not sent twice by two installations.
    "mail.Outgoing": Kept(
        shown=("created_at", "template", "to", "state"),
        without=frozenset({"facts", "attempt", "due_at"}),
    ),
    # The private key and the service's are sealed: elsewhere a restored company makes and types them anew.
    "mail.Sender": Kept(shown=("address", "provider", "updated_at"), without=frozenset({"sealed"})),
    "mail.Suppressed": Kept(shown=("address", "stream", "reason", "at")),
    "journal.Event": Kept(shown=("at", "verb", "actor_label", "subject_id")),
    "journal.Seal": Kept(shown=("number", "sealed_at")),
    "mailroom.Channel": Kept(
        shown=("name", "address", "way", "department", "is_active"),
        without=frozenset({"sealed", "code", "health"}),  # keys that only this installation can read, and its own state
        rule="way IN ('forward', 'webhook', 'imap')",
    ),
    "mailroom.Incoming": Kept(
        shown=("received_at", "sender", "subject", "state", "ticket_id"),
        rule="state IN ('waiting', 'filed', 'noted', 'held', 'twice', 'deleted')",
    ),
    "partners.App": Dropped("its secret names a generation, and where it leads people is for its company to say anew"),
    "partners.Grant": Dropped("codes and refresh tokens name a generation, and a restored company has another"),
    "people.Contact": Kept(shown=("name", "email", "phone", "organisation")),
    "people.Import": Dropped("what came of it stands in the journal; the file itself is whoever's it was"),
    "people.Invitation": Dropped("links name a company as it is now, and whoever waits is invited again"),
    "people.Team": Kept(shown=("name",)),
    # A secret is sealed, and nobody depends on a connection that was not tried where it works now.
    "sso.Connection": Kept(
        shown=("name", "kind", "is_active", "domains", "default_role"),
        without=frozenset({"secret", "is_enforced", "tried_at"}),
        rule="kind IN ('oidc', 'saml', 'ldap', 'google', 'microsoft', 'facebook', 'linkedin') AND "
        "default_role IN ('', 'customer', 'member', 'agent') AND jsonb_typeof(options) = 'object' AND "
        "jsonb_typeof(domains) = 'array'",
    ),
    "sso.Link": Kept(
        shown=("kind", "subject", "target", "created_at"),
        rule="kind IN ('person', 'team') AND jsonb_typeof(facts) = 'object'",
    ),
    "telemetry.Event": Kept(shown=("received_at", "kind", "version", "system", "person_id")),
    "tickets.Attachment": Kept(shown=("name", "size", "content_type", "ticket_id", "uploader_name", "created_at")),
    "tickets.Counter": Kept(shown=("year", "last")),
    "tickets.Link": Kept(shown=("ticket_id", "kind", "other_id")),
    "tickets.Recipe": Kept(shown=("kind", "name", "scope")),
    "tickets.Seat": Kept(shown=("ticket_id", "person_id", "is_favourite")),
    "tickets.Setting": Kept(shown=("key",)),
    "tickets.Tally": Kept(shown=("key", "number")),
    "tickets.Ticket": Kept(
        shown=("number", "subject", "sub_subject", "status", "requester_name", "assignee_name", "created_at"),
        # The number in the platform's index, written when that is rebuilt. An incident is the platform's: an archive
        # tells nothing of it, and what comes back out of one is in none.
        without=frozenset({"index_id", "incident_id", "incident_turn"}),
        rule="(rating IS NULL OR rating IN ('good', 'bad')) AND escalation BETWEEN 0 AND 2",
    ),
    "visits.Visit": Kept(
        shown=("at", "staff_name", "person_name", "number", "mode", "reason", "state"),
        without=frozenset({"session", "code", "code_until"}),  # keys to a visit; none goes on in another generation
        rule="mode IN ('', 'read', 'act') AND jsonb_typeof(pages) = 'object' AND NOT jsonb_path_exists(pages, "
        """'$.* ? (@.type() != "array" || @.size() != 3)')""",
    ),
    "tickets.Message": Kept(shown=("created_at", "ticket_id", "sender_name", "body")),
}

# What the installation's key alone opens (`portico.vault`): a column, or all of them, as of second steps, whose rows
# are worth nothing without it. It lies apart in an archive, and comes back into the installation that wrote that. The
# words say what is set up again anywhere else.
SEALED: dict[str, tuple[str, str]] = {
    "mail.Sender": ("sealed", "the key of the own mail service, and the signature of its domain"),
    "mailroom.Channel": ("sealed", "passwords and keys of mail channels"),
    "mfa.Authenticator": ("", "second steps of people: apps for codes, passkeys, recovery codes"),
    "sso.Connection": ("secret", "secrets of identity providers"),
}


class Erasure(StrEnum):
    """What becomes of a company's rows in a table of `public`."""

    DELETED = "deleted"
    HASHED = "hashed"  # the row stays as proof that something happened, without telling what or who
    EMPTIED = "emptied"  # rows of all companies go: they live for a day, and may quote any


# model -> what happens, and the column that says whose row it is
PUBLIC: dict[str, tuple[Erasure, str]] = {
    "audit.PlatformAuditLog": (Erasure.HASHED, "company_id"),
    "usage.Hour": (Erasure.DELETED, "company_id"),
    "console.SavedView": (Erasure.DELETED, "company_id"),
    "billing.Account": (Erasure.DELETED, "company_id"),
    "billing.Errand": (Erasure.DELETED, "company_id"),
    "care.Care": (Erasure.DELETED, "company_id"),
    "care.Note": (Erasure.DELETED, "company_id"),
    "incidents.Affected": (Erasure.DELETED, "company_id"),
    "incidents.Entry": (Erasure.DELETED, "company_id"),
    "console.TicketIndex": (Erasure.DELETED, "company_id"),
    "tenants.Due": (Erasure.DELETED, "company_id"),
    "signup.Known": (Erasure.DELETED, "company_id"),
    "signup.Wish": (Erasure.DELETED, "company_id"),
    "tenants.Domain": (Erasure.DELETED, "tenant_id"),
    "tenants.MigrationLedger": (Erasure.DELETED, "company_id"),
    "accounts.StoredAnswer": (Erasure.EMPTIED, ""),
}
# Tables of `public` with a column that looks like a company's and that an erasure does not visit.
ELSEWHERE = {
    "tenants.Company": "the last row to go, with the tombstone",
    "tenants.Tombstone": "what is left on purpose",
    "tenants.ReadySchema": "belongs to nobody yet",
}


def company_models() -> Iterator[type[Model]]:
    """Every model with a table in each company's schema, by label."""
    found = [
        model
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models(include_auto_created=True)
    ]
    yield from sorted(found, key=lambda model: model._meta.label)


def kept() -> Iterator[tuple[type[Model], Kept]]:
    """The models that are exported, with their class, by label. KeyError for a model nobody has classified."""
    for model in company_models():
        what = COMPANY[model._meta.label]
        if isinstance(what, Kept):
            yield model, what


def sealed() -> Iterator[tuple[type[Model], str, list[str]]]:
    """The models with something that is sealed: the column it is in, and those that are exported for it."""
    for label, (column, _) in SEALED.items():
        model = apps.get_model(label)
        everything = [field.column for field in model._meta.concrete_fields if field.column]
        yield model, column, [key_of(model), column] if column else everything


def columns(model: type[Model], what: Kept) -> list[str]:
    """The columns that are exported, in the model's order; what the database computes itself is left out."""
    fields: list[Field] = [one for one in model._meta.concrete_fields if not getattr(one, "generated", False)]
    return [field.column for field in fields if field.column and field.column not in what.without]


def key_of(model: type[Model]) -> str:
    """The column of the primary key."""
    return str(model._meta.pk.column)


def counts_by_itself(model: type[Model]) -> bool:
    """Whether the database numbers the rows, so that its counter has to follow a restore."""
    return isinstance(model._meta.pk, AutoField)
