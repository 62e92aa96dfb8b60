"""From a form to the draft of a type: each part of the page changes its part of the draft, and nothing else."""

from typing import Any

from django.http import QueryDict

from tenant_apps.desk.setup import waiting
from tenant_apps.desk.setup.pages import in_place
from tenant_apps.tickets.drafts import key_of

Draft = dict[str, Any]
_ABOUT = ("label", "initial", "started", "woken", "solved_reply", "closed_reply")


def about(draft: Draft, post: QueryDict) -> Draft:
    """Its name, who may choose it, and what assignment and replies do."""
    return draft | {name: post[name] for name in _ABOUT if name in post} | {"is_public": "is_public" in post}


def statuses(draft: Draft, post: QueryDict) -> Draft:
    """The statuses. A new one, or one that comes back, begins with steps from and to all others."""
    rows = in_place([_status(one, post) for one in draft["statuses"]], post)
    steps = {before: list(after) for before, after in draft["transitions"].items()}
    if label := post.get("label-", "").strip():
        key = key_of(label, [one["key"] for one in rows])
        new = {"key": key, "label": label, "is_retired": False, "customer_label": post.get("customer-", "").strip()}
        rows.append(new | {"category": post.get("category-", ""), "mark": post.get("mark-", "")})
    usable = [one["key"] for one in rows if not one["is_retired"]]
    for key in usable:
        if not steps.get(key):
            steps = {before: [*after, key] for before, after in steps.items()} | {key: list(usable)}
    return draft | {"statuses": rows, "transitions": steps, "limits": _limits(draft, post)}


def steps(draft: Draft, post: QueryDict) -> Draft:
    """Which status leads where: every box that is ticked is `before>after`."""
    ticked = {tuple(one.split(">", 1)) for one in post.getlist("step")}
    keys = [one["key"] for one in draft["statuses"]]
    moves = {before: [after for after in keys if (before, after) in ticked] for before in keys}
    return draft | {"transitions": moves}


def field(draft: Draft, post: QueryDict) -> Draft:
    """One custom field and when it is asked; new when its key is empty."""
    key = post.get("field", "")
    known = next((one for one in draft["fields"] if one["key"] == key), None)
    others = [one for one in draft["fields"] if one is not known]
    key = key if known else key_of(post.get("label", ""), [one["key"] for one in others])
    given = {
        "key": key,
        "label": post.get("label", ""),
        "kind": known["kind"] if known else post.get("kind", ""),
        "required": post.get("required", ""),
        "visible": "visible" in post,
        "options": [one.strip() for one in post.get("options", "").splitlines() if one.strip()],
        "pattern": post.get("pattern", "").strip(),
        "help": post.get("help", ""),
        "is_retired": "is_retired" in post,
    }
    place = _place(post, len(others))
    fields = [*others[:place], given, *others[place:]]
    return draft | {"fields": fields, "conditions": waiting.read(draft, key, post)}


def _status(one: Draft, post: QueryDict) -> Draft:
    key = one["key"]
    if f"label-{key}" not in post:
        return one
    typed = {"label": post[f"label-{key}"], "customer_label": post.get(f"customer-{key}", "")}
    return one | typed | {"mark": post.get(f"mark-{key}", one["mark"]), "is_retired": f"retired-{key}" in post}


def _limits(draft: Draft, post: QueryDict) -> dict[str, Any]:
    """A number where one was typed; what is none is left for the check to complain about."""
    typed = {one["key"]: post.get(f"limit-{one['key']}", "").strip() for one in draft["statuses"]}
    kept = {key: value for key, value in draft["limits"].items() if f"limit-{key}" not in post}
    return kept | {key: int(text) if text.isdecimal() else text for key, text in typed.items() if text}


def _place(post: QueryDict, last: int) -> int:
    try:
        return max(0, min(int(post.get("place", "")) - 1, last))
    except ValueError:
        return last
