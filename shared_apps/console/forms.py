"""The shape of what staff type and choose. Rules are the actions' own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.forms import ChoiceField

from portico.actor import Actor
from portico.errors import Invalid
from shared_apps.console import companies, words
from shared_apps.console.effect import Choice
from shared_apps.console.narrowing import ASSIGNED, DAYS, ESCALATED, NOWHERE, Filters, Wanted
from shared_apps.staff.actions.catalogue import LABEL_LENGTH
from shared_apps.staff.actions.people import REASON_LENGTH
from tenant_apps.desk.forms import KeyedForm, ReplyForm
from tenant_apps.tickets import catalogue, priority, workflow
from tenant_apps.tickets.actions.assigning import WHY_LENGTH
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.text import clean_tags


class SeenField(forms.Field):
    """The version that the writer of a form saw; what is not one counts as none."""

    def clean(self, value: Any) -> int | None:
        return int(value) if value and str(value).isdecimal() and len(value) < 10 else None


_WRONG = {"status": "a status", "subject": "a subject on offer", "priority": "a priority", "category": "a stage"}
_WRONG |= {"type": "a type of request", "assigned": "somebody's number", "requester": "somebody's number"}
_WRONG |= dict.fromkeys(DAYS, "a day")


class FilterForm(forms.Form):
    """What the queue is narrowed to. What does not exist narrows nothing, and that is said (`refused`).

    A company that is not there is another matter: then nothing matches.
    """

    q = forms.CharField(required=False, max_length=words.LONGEST)
    status = ChoiceField(required=False, choices=[(one.key, one.label) for one in workflow.STATUSES])
    subject = ChoiceField(required=False)
    company = forms.CharField(required=False, max_length=80)
    assigned = forms.CharField(required=False)
    priority = ChoiceField(required=False, choices=[(one, one) for one in priority.PRIORITIES])
    unread = forms.BooleanField(required=False)
    category = ChoiceField(required=False, choices=[(one, one) for one in workflow.CATEGORIES])
    type = ChoiceField(required=False, choices=Ticket.Type.choices)
    requester = forms.UUIDField(required=False)
    escalated = ChoiceField(required=False, choices=[(one, one) for one in ESCALATED])
    incident = SeenField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = list(catalogue.in_use().items())
        self.fields |= {name: forms.DateField(required=False, input_formats=["%Y-%m-%d"]) for name in DAYS}

    def clean_q(self) -> str:
        said = " ".join(self.cleaned_data["q"].split())
        if said and words.matching(said) is None:
            raise forms.ValidationError("There is no word and no number in it to look for.")
        return said

    def clean_assigned(self) -> str:
        """One of `ASSIGNED`, or the id of a staff member."""
        said = self.cleaned_data["assigned"]
        if said in ("", *ASSIGNED):
            return str(said)
        try:
            return str(UUID(said))
        except ValueError:
            raise forms.ValidationError("unknown") from None

    @property
    def refused(self) -> list[str]:
        """Why what narrows nothing does so, in plain words."""
        said = {name: " ".join(self.data.get(name, "").split())[:40] for name in self.errors}
        wrong = [f"“{said[name]}” is not {_WRONG[name]}." for name in self.errors if name in _WRONG]
        if "q" in self.errors:
            wrong.append(f"“{said['q']}” cannot be looked for: {' '.join(map(str, self.errors['q']))}")
        return wrong

    def wanted(self, actor: Actor) -> Wanted:
        """The filters, and the company that they mean to this actor."""
        self.is_valid()
        company_id, name, slug = company_meant(self.cleaned_data.get("company", ""), actor)
        return Wanted(self.filters(company_id), name, slug, self.refused)

    def filters(self, company_id: int | None) -> Filters:
        """The filters for the company of this id."""
        self.is_valid()
        said = self.cleaned_data
        return Filters(
            status=said.get("status", ""),
            subject=said.get("subject", ""),
            company_id=company_id,
            assigned=said.get("assigned") or "all",
            priority=said.get("priority", ""),
            unread=said.get("unread", False),
            category=said.get("category", ""),
            type=said.get("type", ""),
            requester_id=said.get("requester"),
            words=said.get("q", ""),
            **{name: said.get(name) for name in DAYS},
            escalated=said.get("escalated", ""),
            incident_id=said.get("incident"),
        )


class AnswerForm(ReplyForm):
    """A reply, and the version of the ticket that its writer had before the eyes (drawn by `_seen.html`)."""

    seen = SeenField(required=False)

    def content(self) -> list[str]:
        return [self.cleaned_data["body"]]


class StatusForm(forms.Form):
    status = ChoiceField(
        choices=[(one.key, one.label) for one in workflow.STATUSES],
        error_messages={"required": "Please choose a status."},
    )
    seen = SeenField(required=False)


class ImportanceForm(forms.Form):
    importance = ChoiceField(choices=[(one, one) for one in priority.LEVELS])
    seen = SeenField(required=False)


class AssignForm(forms.Form):
    """To whom: empty means nobody."""

    admin = forms.UUIDField(required=False)
    seen = SeenField(required=False)


class PassForm(KeyedForm):
    """To whom: a level ("engineer"), or the id of a colleague; and why."""

    to = forms.CharField(max_length=36, error_messages={"required": "Please choose to whom it goes."})
    reason = forms.CharField(
        label="Why",
        max_length=WHY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For whoever takes it, and for the history. The company never reads it.",
        error_messages={"required": "Please say why: whoever takes it reads this first."},
    )
    seen = SeenField(required=False)


class CoverageForm(forms.Form):
    """Which subjects, why, and the mark of the coverage that its writer saw."""

    subjects = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label="Why, if you want to say so",
        required=False,
        max_length=REASON_LENGTH,
        help_text="Stands in the history, for whoever wonders later.",
    )
    seen = forms.CharField(required=False, max_length=64)

    def __init__(self, choices: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"].choices = [(one.subject.key, one.subject.label) for one in choices]


class SkillsForm(forms.Form):
    skills = forms.CharField(
        label="Good at",
        required=False,
        max_length=2_000,
        help_text="With commas between them: dns, invoices, Norwegian.",
    )

    def clean_skills(self) -> list[str]:
        try:
            return clean_tags(self.cleaned_data["skills"].split(","))
        except Invalid as refused:
            raise forms.ValidationError(refused.fields["tags"]) from None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=REASON_LENGTH,
        help_text="Stands in the audit.",
        error_messages={"required": "Please say why."},
    )


class InviteForm(forms.Form):
    """Whom, and as what: one of the roles that the inviter may give."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="They sign in with it.",
        error_messages={"required": "Whom do you invite?", "invalid": "This does not look like an e-mail address."},
    )
    role = ChoiceField(label="Role", error_messages={"required": "Please choose a role."})

    def __init__(self, roles: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "Choose a role …"), *roles]


class SubjectForm(forms.Form):
    """A subject's name, and what its writer saw: its name then, and whether it was on offer."""

    label = forms.CharField(
        label="Name",
        max_length=LABEL_LENGTH,
        help_text="What companies read when they choose.",
        error_messages={"required": "Please write a name."},
    )


class MergeForm(forms.Form):
    """Into which subject, and the box that says that there is no way back."""

    into = ChoiceField(label="Becomes part of", error_messages={"required": "Please choose a subject."})
    sure = forms.BooleanField(
        label="I know that this cannot be taken back",
        error_messages={"required": "Please say so: there is no way back."},
    )

    def __init__(self, others: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [("", "Choose a subject …"), *others]


def company_meant(said: str, actor: Actor) -> tuple[int | None, str, str]:
    """The company of this id, subdomain or name, as far as the actor knows it: its id, name and subdomain."""
    if not said:
        return None, "", ""
    meant = Q(slug__iexact=said) | Q(name__iexact=said)
    if said.isascii() and said.isdecimal() and len(said) < 19:
        meant |= Q(pk=int(said))
    found = companies.visible_to(actor).filter(meant).order_by("id").first()
    return (found.pk, found.name, found.slug) if found else (NOWHERE, said, said)
