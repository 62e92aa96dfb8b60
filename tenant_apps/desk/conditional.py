"""Fields that are only asked sometimes, as forms draw them.

With scripts they come and go while one chooses (`asked.js`). Without, all of them stand there and say when they count;
what was left over in one that does not is not taken from a form (`conditions.asked`).
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tenant_apps.tickets import conditions
from tenant_apps.tickets.kinds import Kind

PREFIX = "field-"


def attributes(kind: Kind, key: str, values: Mapping[str, Any]) -> SafeString:
    """What the box around a field says of when it is asked, and whether it is with these values; empty: always."""
    on = kind.conditions.get(key)
    if on is None:
        return mark_safe("")
    answers = [("on" if one else "") if isinstance(one, bool) else one for one in on.values]
    idle = "" if conditions.applies(kind, key, values) else mark_safe(" data-idle")
    pattern = ' data-asks="{}" data-when="{}" data-is="{}"{}'
    return format_html(pattern, PREFIX + key, PREFIX + on.field, json.dumps(answers), idle)


def hint(kind: Kind, key: str) -> str:
    """The same in words, for those without scripts; empty: always."""
    said = conditions.words(kind, key)
    return f"Only if {said}." if said else ""
