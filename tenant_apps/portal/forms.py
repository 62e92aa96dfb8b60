"""The shape of what customers type. What the actions refuse is shown beside the field it belongs to."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from portico.errors import Invalid
from tenant_apps.desk import conditional
from tenant_apps.desk.forms import EMPTY, KeyedForm
from tenant_apps.portal.set_up import SetUp
from tenant_apps.tickets import conditions
from tenant_apps.tickets.kinds import Field, Kind
from tenant_apps.tickets.models import BODY_LENGTH, SUBJECT_LENGTH

CHOOSE = {"invalid_choice": "Please choose from the list."}
URGENCIES = (
    ("low", "Low: there is time"),
    ("medium", "Medium: in the next days"),
    ("high", "High: needed today or tomorrow"),
    ("critical", "Critical: we cannot work"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A custom field in the form, and when it is asked."""

    input: forms.BoundField
    asks: SafeString  # the attributes of its box
    only_if: str


class RequestForm(KeyedForm):
    """A new request. The type decides which further fields there are: `custom` names them in their order."""

    type = forms.ChoiceField(
        label="What kind of request is it?", required=False, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    subject = forms.CharField(label="In one line", error_messages=EMPTY)
    department = forms.ChoiceField(label="About", required=False, widget=forms.RadioSelect, error_messages=CHOOSE)
    description = forms.CharField(label="What happens?", error_messages=EMPTY, widget=forms.Textarea)
    urgency = forms.ChoiceField(
        label="How urgent is it?", required=False, choices=URGENCIES, initial="medium", error_messages=CHOOSE
    )

    def __init__(self, *args: Any, set_up: SetUp, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(one.key, one.label) for one in set_up.kinds.offered_to(agent=False)]
        self.fields["type"].initial = kind.key
        self.fields["department"].choices = [("", "I am not sure"), *set_up.departments.items()]
        self._kind = kind
        self._asked = {conditional.PREFIX + one.key: one for one in kind.fields_for_customers}
        self.fields.update({name: _field(one, kind) for name, one in self._asked.items()})

    @property
    def custom(self) -> list[Asked]:
        """The type's own fields."""
        values = {one.key: _answer(one, self[name].value()) for name, one in self._asked.items()}
        return [
            Asked(
                self[name],
                conditional.attributes(self._kind, one.key, values),
                conditional.hint(self._kind, one.key),
            )
            for name, one in self._asked.items()
        ]

    def take(self, refused: Invalid) -> None:
        """Problems of custom fields come as `fields.<key>`."""
        own = {f"fields.{one.key}": name for name, one in self._asked.items()}
        super().take(Invalid({own.get(name, name): texts for name, texts in refused.fields.items()}))
        for name in self._asked:
            if self.fields[name].help_text in self.errors.get(name, ()):
                self.fields[name].help_text = ""  # the problem says it already

    def values(self) -> dict[str, Any]:
        """What `open_ticket` takes: without what was left over in fields that are not asked."""
        typed = self.cleaned_data
        given = {one.key: typed[name] for name, one in self._asked.items() if typed[name] not in ("", [], False)}
        return {
            **{name: typed[name] for name in ("subject", "description", "department", "type")},
            "urgency": typed["urgency"] or "medium",
            "fields": conditions.asked(self._kind, given),
        }


class EditForm(forms.Form):
    """A message of one's own, changed."""

    body = forms.CharField(label="Your message", error_messages=EMPTY, widget=forms.Textarea)

    def take(self, refused: Invalid) -> None:
        """Show what the action refused."""
        for texts in refused.fields.values():
            self.add_error("body", texts)


def lengths() -> dict[str, int]:
    """What fits, for the inputs."""
    return {"subject": SUBJECT_LENGTH, "description": BODY_LENGTH}


def _answer(one: Field, value: Any) -> Any:
    """What a drawn form says, as conditions know it."""
    return bool(value) if one.kind == "checkbox" else value


def _field(one: Field, kind: Kind) -> forms.Field:
    """The input for a custom field. Its rule is the action's, so nothing is required here."""
    about = {"label": one.label, "help_text": one.help, "required": False, "error_messages": CHOOSE}
    options = [(option, option) for option in one.options]
    needed = {"required": True} if one.required == "create" and one.key not in kind.conditions else {}
    match one.kind:
        case "choice":
            widget = forms.Select(attrs=needed)
            return forms.ChoiceField(choices=[("", "Choose …"), *options], widget=widget, **about)  # type: ignore[arg-type]
        case "choices":
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **about)  # type: ignore[arg-type]
        case "checkbox":
            return forms.BooleanField(widget=forms.CheckboxInput(attrs=needed), **about)  # type: ignore[arg-type]
        case "date":
            return forms.CharField(widget=forms.TextInput(attrs={"type": "date", **needed}), **about)  # type: ignore[arg-type]
        case "number":
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", **needed}), **about)  # type: ignore[arg-type]
    return forms.CharField(widget=forms.TextInput(attrs=needed), **about)  # type: ignore[arg-type]
