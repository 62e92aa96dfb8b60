"""What is typed about a connection."""

from typing import Any

from django import forms

from portico.errors import Invalid
from tenant_apps.sso import ldap
from tenant_apps.sso.actions import Wish
from tenant_apps.sso.models import ROLES, Connection

_BY_KIND = {
    "oidc": ("issuer", "client_id", "secret", "vouches"),
    "saml": ("metadata_url", "metadata", "entity_id", "sso_url", "certificates", "starts_there"),
    "ldap": ("host", "port", "tls", "base", "filter", "client_id", "secret"),
    "microsoft": ("directory", "client_id", "secret", "vouches"),
}
_SOCIAL = ("client_id", "secret")
_ALWAYS = ("name", "domains", "default_role")
_MOST_METADATA = 256 * 1024


class ConnectionForm(forms.Form):
    """A connection of one kind. A secret that is there already is never shown; left empty it stays."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="What the button on the sign-in page says.",
        error_messages={"required": "Give it a name."},
    )
    issuer = forms.CharField(label="Issuer", max_length=500, required=False, help_text="Like https://id.acme.example")
    directory = forms.CharField(
        label="Directory (tenant) id",
        max_length=36,
        required=False,
        help_text="Only people of this directory come in. Left empty, those of every one.",
    )
    metadata_url = forms.CharField(
        label="Address of the provider’s metadata",
        max_length=500,
        required=False,
        help_text="Read when you save, and once a day from then on.",
    )
    metadata = forms.CharField(
        label="Or the metadata itself",
        required=False,
        max_length=_MOST_METADATA,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    entity_id = forms.CharField(label="Or by hand: entity id", max_length=1_000, required=False)
    sso_url = forms.CharField(label="Sign-in address (redirect)", max_length=500, required=False)
    certificates = forms.CharField(
        label="Certificate",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Several, when the provider is changing it: one after the other.",
    )
    host = forms.CharField(label="Host", max_length=253, required=False, help_text="Like ldap.acme.example")
    port = forms.IntegerField(label="Port", min_value=1, max_value=65_535, required=False, initial=636)
    tls = forms.ChoiceField(label="TLS", choices=list(ldap.TLS.items()), required=False)
    base = forms.CharField(
        label="Where people are (base)", max_length=500, required=False, help_text="Like ou=people,dc=acme,dc=example"
    )
    filter = forms.CharField(
        label="How one is found (filter)",
        max_length=300,
        required=False,
        initial="(mail={user})",
        help_text="{user} is what somebody types.",
    )
    client_id = forms.CharField(label="Client id", max_length=255, required=False)
    secret = forms.CharField(
        label="Client secret",
        max_length=2_000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    domains = forms.MultipleChoiceField(
        label="Speaks for addresses of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "This domain is not proven to be yours."},
    )
    default_role = forms.ChoiceField(
        label="Somebody new becomes",
        choices=list(ROLES.items()),
        required=False,
        help_text="Only with a verified address of a domain that is proven yours.",
    )
    vouches = forms.BooleanField(
        label="The provider gives out the addresses itself",
        required=False,
        help_text="For directories that do not say whether an address is verified.",
    )
    starts_there = forms.BooleanField(
        label="People may begin at the provider",
        required=False,
        help_text="What it sends by itself is not believed: it begins a sign-in from here.",
    )

    def __init__(self, *args: Any, kind: str, domains: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        wanted = _ALWAYS + _BY_KIND.get(kind, _SOCIAL)
        for name in [one for one in self.fields if one not in wanted]:
            del self.fields[name]
        if kind == "ldap":
            self.fields["client_id"].label = "Looks people up as (bind DN)"
            self.fields["secret"].label = "Its password"
        self.fields["domains"].choices = [(one, one) for one in domains]

    @classmethod
    def initial_of(cls, connection: Connection) -> dict[str, Any]:
        """What is set, as the form shows it."""
        said = connection.options
        names = ("name", "client_id", "domains", "default_role")
        begins, ends = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        certificates = "\n".join(f"{begins}\n{one}\n{ends}" for one in said.get("certificates", ()))
        return said | {name: getattr(connection, name) for name in names} | {"certificates": certificates}

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        said = dict(self.cleaned_data)
        flags = {name: bool(said.pop(name)) for name in ("vouches", "starts_there") if name in said}
        if "port" in said:
            said["port"] = said["port"] or 0
        if "certificates" in said:
            said["certificates"] = tuple(_certificates(said["certificates"]))
            said["metadata"] = said["metadata"].encode()
        return Wish(**said | {"flags": flags, "domains": tuple(said["domains"])})

    def refuse(self, no: Invalid) -> None:
        """Put what an action refused beside its fields."""
        for part, words in no.fields.items():
            self.add_error(part if part in self.fields else None, words)


def _certificates(text: str) -> list[str]:
    """Each of what was pasted, whether with its first and last line or without."""
    pieces = text.split("-----BEGIN CERTIFICATE-----") if "-----BEGIN" in text else [text]
    return [piece for piece in pieces if piece.strip()]
