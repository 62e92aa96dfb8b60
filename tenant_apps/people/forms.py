"""What people say of themselves: the shape of what is typed. What fits is the actions' own."""

import zoneinfo
from typing import Any

from django import forms

from portico.errors import Invalid
from tenant_apps.people.actions.profiles import LANGUAGES, NAME, NOTE, SIGNATURE

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = {"type": "date"}


class ProfileForm(forms.Form):
    """One's own profile; for whoever answers requests also working hours, signature, and when they are out."""

    name = forms.CharField(label="Name", max_length=NAME, error_messages={"required": "What are you called?"})
    zone = forms.CharField(
        label="Time zone",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "zones", "placeholder": "As your browser says"}),
        help_text="Times are shown by this clock, wherever you are.",
    )
    language = forms.ChoiceField(
        label="Language you like to be written to in",
        required=False,
        choices=list(LANGUAGES.items()),
        help_text="Mails come in it where there are words in it. Pages are in English so far.",
    )

    def __init__(self, person: Any, sent: Any = None, *, answers: bool) -> None:
        shown = {name: person.profile.get(name, "") for name in ("zone", "language")}
        super().__init__(sent, initial=shown | {"name": person.name})
        self.answers = answers

    def given(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        found = {name: self.cleaned_data[name] for name in ("name", "zone", "language")}
        if not self.answers:
            return found
        sent = self.data
        hours = {name: sent.get(f"hours-{name}", "") for name in ("from", "to")}
        days = sent.getlist("days") if hasattr(sent, "getlist") else []
        return found | {
            "signature": sent.get("signature", ""),
            "out": {name: sent.get(f"out-{name}", "") for name in ("from", "until", "note")},
            "hours": {**hours, "days": days, "zone": found["zone"]} if days or any(hours.values()) else None,
        }

    def refuse(self, no: Invalid) -> dict[str, str]:
        """Put what was refused beside its field; what has no field here comes back in words."""
        for part, words in no.fields.items():
            if part in self.fields:
                self.add_error(part, words)
        return {part: " ".join(words) for part, words in no.fields.items() if part not in self.fields}


MOST_NOTE, MOST_SIGNATURE = NOTE, SIGNATURE


def zones() -> list[str]:
    """What there is to choose from."""
    return sorted(zoneinfo.available_timezones())
