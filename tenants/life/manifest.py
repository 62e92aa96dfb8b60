"""What an archive says of itself: whose it is, of which release, and every entry with its size and hash."""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from portico.errors import Refused
from tenants.models import Company, digest

FORMAT = 1
NAME = "manifest.json"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Damaged(Refused):
    """An archive that is not what an export wrote."""

    def __init__(self, what: str) -> None:
        super().__init__("archive_damaged", f"This archive cannot be used: {what}.")


@dataclass(frozen=True, slots=True)
class Identity:
    """The company an archive belongs to. `name`, `slug` and `tint` may change, `created_at` does not."""

    name: str
    slug: str
    tint: int
    created_at: str

    @property
    def sha256(self) -> str:
        """What a tombstone keeps of it."""
        return digest(f"{self.slug}\n{self.created_at}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`columns` and `rows` name the columns of each model and count its rows; `entries` are all but the manifest.

    `sealed` names the columns of what only the installation can read that wrote the archive; `proof` shows which one.
    """

    company: Identity
    fingerprint: str
    columns: dict[str, list[str]]
    rows: dict[str, int]
    entries: dict[str, Entry]
    sealed: dict[str, list[str]] = field(default_factory=dict)
    proof: str = ""

    def proven(self) -> "Manifest":
        """The same with the proof that it was written here, just as it is."""
        return replace(self, proof=self._proof())

    @property
    def is_ours(self) -> bool:
        """Whether this installation, with the key that it has now, wrote the archive, and nobody changed it since."""
        return constant_time_compare(self.proof, self._proof())

    def _proof(self) -> str:
        return salted_hmac("portico.archive", replace(self, proof="").as_json(), algorithm="sha256").hexdigest()

    def as_json(self) -> bytes:
        """The same manifest is always the same bytes."""
        words: dict[str, Any] = {"format": FORMAT, "product": "Portico", **asdict(self)}
        return json.dumps(words, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def identity(company: Company) -> Identity:
    """The company as its archive names it."""
    return Identity(company.name, company.slug, company.tint, company.created_at.isoformat())


def parse(text: bytes) -> Manifest:
    """The manifest, or Damaged when it is not one of this format."""
    try:
        words = json.loads(text)
        if (words["format"], words["product"]) != (FORMAT, "Portico"):
            raise Damaged("it was written in another format")
        entries = {
            _text(name): Entry(_number(one["size"]), _text(one["sha256"])) for name, one in words["entries"].items()
        }
        rows = {_text(name): _number(count) for name, count in words["rows"].items()}
        columns = {_text(name): [_text(one) for one in names] for name, names in words["columns"].items()}
        sealed = {_text(name): [_text(one) for one in names] for name, names in words.get("sealed", {}).items()}
        proof = _text(words.get("proof", ""))
        return Manifest(_identity(words["company"]), _text(words["fingerprint"]), columns, rows, entries, sealed, proof)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged("its manifest is not readable") from error


def _identity(told: dict[str, object]) -> Identity:
    name, slug, created_at = (_text(told[one]) for one in ("name", "slug", "created_at"))
    if not SLUG.fullmatch(slug) or not 0 < len(name) <= 80 or not name.isprintable():
        raise ValueError
    if datetime.fromisoformat(created_at).tzinfo is None:
        raise ValueError
    return Identity(name, slug, min(_number(told["tint"]), 99), created_at)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1_000:
        raise TypeError
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**50:
        raise TypeError
    return value
