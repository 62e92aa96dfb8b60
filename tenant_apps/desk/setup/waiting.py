"""When a field is asked, in the form of its type: on which other one it waits, and for which of its answers."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tenant_apps.tickets.conditions import DECIDERS

Draft = dict[str, Any]
_YES_OR_NO = {"yes": True, "no": False}
_SAID = {"yes": "ticked", "no": "not ticked"}


@dataclass(frozen=True, slots=True)
class When:
    """What there is to choose from, and what is chosen."""

    field: str  # the other one; empty: always asked
    label: str
    verb: str
    others: list[tuple[str, str]]  # key and label of those it can wait for
    answers: list[tuple[str, str, bool]]  # as the form sends it, in words, whether it is ticked


def drawn(draft: Draft, key: str) -> When:
    """The controls of one field; an empty key is that of a new one."""
    on = draft["conditions"].get(key, {"field": "", "values": []})
    others = [one for one in draft["fields"] if one["kind"] in DECIDERS and one["key"] != key]
    offered = [(one["key"], one["label"]) for one in others if not one["is_retired"] or one["key"] == on["field"]]
    other = next((one for one in others if one["key"] == on["field"]), None)
    if other is None:
        return When("", "", "", offered, [])
    if other["kind"] == "checkbox":
        answers = [(sent, _SAID[sent], value in on["values"]) for sent, value in _YES_OR_NO.items()]
    else:
        answers = [(one, one, one in on["values"]) for one in other["options"]]
    return When(other["key"], other["label"], "has" if other["kind"] == "choices" else "is", offered, answers)


def read(draft: Draft, key: str, post: QueryDict) -> dict[str, Any]:
    """The conditions of the draft, with what was sent of one field. A form that says nothing of it changes nothing."""
    if "when" not in post:
        return dict(draft["conditions"])
    rest = {name: one for name, one in draft["conditions"].items() if name != key}
    other = post["when"]
    if not other:
        return rest
    # The boxes carry the other field's name: answers of the one that was chosen before are not taken for its own.
    values: list[Any] = post.getlist(f"is-{other}")
    if any(one["key"] == other and one["kind"] == "checkbox" for one in draft["fields"]):
        values = [_YES_OR_NO.get(one, one) for one in values]
    return rest | {key: {"field": other, "values": values}}
