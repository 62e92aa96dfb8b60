"""The shape of what staff type and choose. Rules are the actions' own."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.forms import ChoiceField

from shared_apps.console.queue import ASSIGNED, NOWHERE, Filters, Wanted
from tenant_apps.desk.forms import ReplyForm
from tenant_apps.tickets import catalogue, priority, workflow
from tenants.models import Company


class SeenField(forms.Field):
    """The version that the writer of a form saw; what is not one counts as none."""

    def clean(self, value: Any) -> int | None:
        return int(value) if value and str(value).isdecimal() and len(value) < 10 else None


class FilterForm(forms.Form):
    """What the queue is narrowed to. What does not exist narrows nothing, except a company: then nothing matches."""

    status = ChoiceField(required=False, choices=[(one.key, one.label) for one in workflow.STATUSES])
    subject = ChoiceField(required=False)
    company = forms.CharField(required=False, max_length=80)
    assigned = forms.CharField(required=False)
    priority = ChoiceField(required=False, choices=[(one, one) for one in priority.PRIORITIES])
    unread = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = list(catalogue.labels().items())

    def clean_assigned(self) -> str:
        """One of `ASSIGNED`, or the id of a staff member."""
        said = self.cleaned_data["assigned"]
        if said in ASSIGNED:
            return str(said)
        try:
            return str(UUID(said))
        except ValueError:
            return "all"

    def wanted(self) -> Wanted:
        """The filters, and the company that they mean."""
        self.is_valid()
        company_id, name, slug = company_meant(self.cleaned_data.get("company", ""))
        return Wanted(self.filters(company_id), name, slug)

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


class CoverageForm(forms.Form):
    subjects = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"].choices = catalogue.choices()


def company_meant(said: str) -> tuple[int | None, str, str]:
    """The company of this id, subdomain or name: its id, name and subdomain."""
    if not said:
        return None, "", ""
    meant = Q(slug__iexact=said) | Q(name__iexact=said)
    if said.isascii() and said.isdecimal() and len(said) < 19:
        meant |= Q(pk=int(said))
    found = Company.objects.filter(meant).order_by("id").first()
    return (found.pk, found.name, found.slug) if found else (NOWHERE, said, said)
