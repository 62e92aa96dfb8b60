"""What may stand in each setting of the company's desk. A reader takes what is given and what stood there before."""

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from portico import clock
from portico.errors import Invalid
from shared_apps.accounts.models import COMPANY_ROLES
from tenant_apps.tickets import branding, drafts, kinds, letting_in, origins, settings, starting
from tenant_apps.tickets.drafts import Wrong
from tenant_apps.tickets.settings import MEGABYTE
from tenant_apps.tickets.text import clean_tags

MOST_DEPARTMENTS, MOST_BYTES, MOST_FILES, MOST_REFUSED = 50, 100 * MEGABYTE, 50, 200
NUMBER, MOST_HOURS, MOST_DAYS, MOST_CAPACITY = 30, 24 * 30, 365, 1_000
MOST_ORIGINS = 50
MOST_GRACE, MOST_PASSWORD_DAYS = 60, 3_650
LETTER, MOST_LETTERS, MOST_LANGUAGES = 8_000, 50, 20
WAYS = {"off": "Off", "round_robin": "In turn", "least_load": "To whoever has least"}
_EXTENSION = re.compile(r"[a-z0-9_]{1,12}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?")
_SPEC = re.compile(r"(0[1-9])?d?")
_NUMBER_WORDS = re.compile(r"[A-Za-z0-9 ._/#-]*")


def read(key: str, value: Any, before: Any, rest: Mapping[str, Any]) -> Any:
    """The value as it is kept. `rest` holds the other settings that it has to agree with."""
    reader = _READERS.get(key)
    if reader is None:
        raise Invalid({"key": [f"Please choose one of: {', '.join(_READERS)}."]})
    return reader(value, before, rest)


def number(pattern: str, year: int, sequence: int) -> str:
    """A number in this form."""
    return pattern.format(year=year, sequence=sequence)


def _departments(value: Any, before: Any, rest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Keys never change: one that is left away stays, retired, for the requests that name it."""
    wrong, found = Wrong(), []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise Invalid({"departments": ["Please send a list."]})
    if len(value) > MOST_DEPARTMENTS:
        raise Invalid({"departments": [f"At most {MOST_DEPARTMENTS} fit."]})
    known = {one["key"] for one in before}
    taken = known | {one["key"] for one in value if isinstance(one.get("key"), str)}
    for place, one in enumerate(value):
        name = wrong.words(f"departments.{one.get('key') or place}", one.get("name"), drafts.LABEL)
        key = one.get("key") or drafts.key_of(name, taken)
        if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
            raise Invalid({"departments": ["A key is short, in small letters, digits and _."]})
        taken.add(key)
        found.append({"key": key, "name": name} | ({"retired": True} if one.get("retired") else {}))
    wrong.stop()
    keys = [one["key"] for one in found]
    names = [str(one["name"]).casefold() for one in found if not one.get("retired")]
    if len(set(keys)) != len(keys) or len(set(names)) != len(names):
        raise Invalid({"departments": ["Two departments have the same name."]})
    return found + [one | {"retired": True} for one in before if one["key"] not in keys]


def _types(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    """Types that differ from the presets. One that is left away is put back to its preset, or retired."""
    if not isinstance(value, Mapping) or len(value) > drafts.MOST_TYPES:
        raise Invalid({"types": [f"Please send at most {drafts.MOST_TYPES} types by key."]})
    known = kinds.build(before, rest["default_type"])
    found = {}
    for key, draft in value.items():
        found[key] = before[key] if draft == before.get(key) else _type(key, draft, known)
    for key in before:
        if key not in found:
            preset = kinds.PRESETS.get(key)
            last = drafts.plain(preset) if preset else before[key] | {"is_retired": True}
            found[key] = _type(key, last, known)
    if kinds.build(found, rest["default_type"]).get(rest["default_type"], kinds.PLATFORM["support"]).is_retired:
        raise Invalid({"types": ["New requests are of this type. Choose another one for them first."]})
    _no_twins(kinds.build(found, rest["default_type"]))
    return {key: one for key, one in found.items() if not _is_preset(key, one)}


def _type(key: str, draft: Any, known: kinds.Kinds) -> dict[str, Any]:
    try:
        return drafts.check(key, draft, dict.get(known, key))
    except Invalid as no:
        raise Invalid({f"types.{key}.{part}": words for part, words in no.fields.items()}) from None


def _is_preset(key: str, kept: dict[str, Any]) -> bool:
    return key in kinds.PRESETS and kinds.read(key, kept) == kinds.PRESETS[key]


def _no_twins(known: kinds.Kinds) -> None:
    labels = [one.label.casefold() for one in known.on_offer()]
    twin = next((one for one in known.on_offer() if labels.count(one.label.casefold()) > 1), None)
    if twin:
        raise Invalid({f"types.{twin.key}.label": [f"Two types are called {twin.label}."]})


def _default_type(value: Any, before: Any, rest: Mapping[str, Any]) -> str:
    offered = {one.key for one in kinds.build(rest["types"], before).on_offer()}
    if not isinstance(value, str) or value not in offered:
        raise Invalid({"default_type": ["There is no such type of request."]})
    return value


def _type_order(value: Any, before: Any, rest: Mapping[str, Any]) -> list[str]:
    known = [key for key, one in kinds.build(rest["types"], rest["default_type"]).items() if not one.is_fixed]
    if not isinstance(value, list) or any(one not in known for one in value):
        raise Invalid({"type_order": ["There is no such type of request."]})
    return list(dict.fromkeys(value))


def _number_format(value: Any, before: Any, rest: Mapping[str, Any]) -> str:
    wrong = Wrong()
    text = wrong.words("number_format", value, NUMBER)
    wrong.stop()
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise Invalid({"number_format": ["A bracket stands alone. Example: TICK-{year}-{sequence:04}"]}) from None
    names = [name for _, name, _, _ in parts if name is not None]
    if not set(names) <= {"year", "sequence"}:
        raise Invalid({"number_format": ["Only {year} and {sequence} can stand in brackets."]})
    if names.count("sequence") != 1 or names.count("year") > 1:
        raise Invalid({"number_format": ["{sequence} has to stand in it once: it tells requests apart."]})
    plain = all(_SPEC.fullmatch(spec or "") and not conversion for _, name, spec, conversion in parts if name)
    if not plain or not all(_NUMBER_WORDS.fullmatch(words) for words, *_ in parts):
        raise Invalid({"number_format": ["Letters, digits, blanks and . _ / # - can stand beside the brackets."]})
    return text


def _attachments(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    value = _mapping("attachments", value, before)
    return {
        "most_bytes": _whole("most_bytes", value["most_bytes"], 1024, MOST_BYTES),
        "most_files": _whole("most_files", value["most_files"], 1, MOST_FILES),
        "refused": _extensions(value["refused"]),
    }


def _extensions(given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) > MOST_REFUSED:
        raise Invalid({"refused": [f"Please send a list of at most {MOST_REFUSED} endings."]})
    found = dict.fromkeys(str(one).strip().lower().lstrip(".") for one in given)
    strange = [one for one in found if not _EXTENSION.fullmatch(one)]
    if strange:
        raise Invalid({"refused": [f"“{strange[0][:20]}” is not the ending of a file’s name, like exe."]})
    return list(found)


def _assignment(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    value = _mapping("assignment", value, settings.DEFAULTS["assignment"] | {"skills": []} | before)
    if value["way"] not in list(WAYS):
        raise Invalid({"way": [f"Please choose one of: {', '.join(WAYS)}."]})
    skills = value["skills"]
    if not isinstance(skills, list) or not all(isinstance(one, str) for one in skills):
        raise Invalid({"skills": ["Please send a list of tags."]})
    return {
        "way": value["way"],
        "by_department": bool(value["by_department"]),
        "capacity": _whole("capacity", value["capacity"], 0, MOST_CAPACITY),
        "skills": _skills(skills),
    }


def _skills(given: list[str]) -> list[str]:
    try:
        return clean_tags(given)
    except Invalid as no:
        raise Invalid({"skills": no.fields["tags"]}) from None


def _hours(value: Any, before: Any, rest: Mapping[str, Any]) -> int:
    return _whole("expected_reply_hours", value, 0, MOST_HOURS)


def _days(value: Any, before: Any, rest: Mapping[str, Any]) -> int:
    return _whole("auto_close_days", value, 0, MOST_DAYS)


def _ask_rating(value: Any, before: Any, rest: Mapping[str, Any]) -> bool:
    if not isinstance(value, bool):
        raise Invalid({"ask_rating": ["Please say whether to ask."]})
    return value


def _mapping(part: str, value: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or set(value) - set(before):
        raise Invalid({part: [f"Please send: {', '.join(before)}."]})
    return {**before, **value}


def _whole(part: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid({part: [f"Please write a whole number from {least:,} to {most:,}."]})
    return value


def _telemetry(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, bool]:
    share = value.get("share") if isinstance(value, Mapping) else None
    if not isinstance(share, bool):
        raise Invalid({"telemetry": ["Please say whether apps may share."]})
    return {"share": share}


def _api_origins(value: Any, before: Any, rest: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_ORIGINS:
        raise Invalid({"api_origins": [f"Please send a list of at most {MOST_ORIGINS} websites."]})
    return list(dict.fromkeys(origins.read(one) for one in value))


def _sign_in(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever is newly asked for a second step has the whole grace before them."""
    value = _mapping("sign_in", value, settings.DEFAULTS["sign_in"] | before)
    roles = value["second_step"]
    if not isinstance(roles, list) or not set(map(str, roles)) <= set(COMPANY_ROLES):
        raise Invalid({"second_step": ["There is no such role."]})
    is_new = not set(roles) <= set(before.get("second_step", ()))
    return {
        "second_step": [one for one in COMPANY_ROLES if one in roles],
        "since": clock.now().isoformat() if is_new else before.get("since", ""),
        "grace_days": _whole("grace_days", value["grace_days"], 0, MOST_GRACE),
        "password_days": _whole("password_days", value["password_days"], 0, MOST_PASSWORD_DAYS),
    }


def _letters(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Words by template and language. What they name is checked where they are filled in (`mail.wording`)."""
    wrong = Invalid({"source": [f"A letter has at most {LETTER:,} signs, in at most {MOST_LANGUAGES} languages."]})
    if not isinstance(value, Mapping) or len(value) > MOST_LETTERS:
        raise wrong
    for by_language in value.values():
        if not isinstance(by_language, Mapping) or len(by_language) > MOST_LANGUAGES:
            raise wrong
        if not all(isinstance(one, str) and 0 < len(one) <= LETTER for one in by_language.values()):
            raise wrong
    return {name: dict(by_language) for name, by_language in value.items() if by_language}


def _letter_language(value: Any, before: Any, rest: Mapping[str, Any]) -> str:
    if value != "" and not (isinstance(value, str) and _LANGUAGE.fullmatch(value)):
        raise Invalid({"letter_language": ["Please choose a language as two letters, like de, or none."]})
    return str(value)


_READERS: dict[str, Callable[[Any, Any, Mapping[str, Any]], Any]] = {
    "types": _types,
    "default_type": _default_type,
    "type_order": _type_order,
    "departments": _departments,
    "number_format": _number_format,
    "attachments": _attachments,
    "assignment": _assignment,
    "expected_reply_hours": _hours,
    "telemetry": _telemetry,
    "auto_close_days": _days,
    "ask_rating": _ask_rating,
    "brand": branding.read,
    "mail": letting_in.read,
    "api_origins": _api_origins,
    "start": starting.read,
    "sign_in": _sign_in,
    "letters": _letters,
    "letter_language": _letter_language,
}
