"""The pages of an archive for people: plain HTML that needs nothing but a browser."""

import json
from collections.abc import Iterable
from html import escape

from tenants.life.manifest import Identity

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #ccc;padding:.4rem;text-align:left;vertical-align:top}}
td{{white-space:pre-wrap;overflow-wrap:anywhere}}</style>
<h1>{title}</h1>
"""


def index(company: Identity, rows: dict[str, int], files: Iterable[str]) -> str:
    """The first page: what is in the archive, and where."""
    tables = "".join(
        f'<tr><td><a href="read/{escape(label)}.html">{escape(label)}</a>'
        f'<td>{count}<td><a href="rows/{escape(label)}.jsonl">rows as JSON lines</a>'
        for label, count in rows.items()
    )
    listed = "".join(f"<li>{escape(name)}" for name in files) or "<li>none"
    return (
        _HEAD.format(title=escape(f"Everything of {company.name}"))
        + f"<p>Subdomain {escape(company.slug)}, a company here since {escape(company.created_at[:10])}."
        + "<p>Keep this archive as you keep the database: it holds what people wrote, hashes of passwords, and"
        + " secrets that only the installation can read that wrote it."
        + f"<table><tr><th>Kind<th>Rows<th>For programs{tables}</table>"
        + f"<h2>Files</h2><p>They lie in the folder <code>files</code>.<ul>{listed}</ul>\n"
    )


def head(label: str, shown: tuple[str, ...]) -> str:
    """The beginning of a model's page."""
    cells = "".join(f"<th>{escape(name.replace('_', ' '))}" for name in shown)
    return _HEAD.format(title=escape(label)) + f'<p><a href="../index.html">Overview</a><table><tr>{cells}\n'


def row(line: bytes, shown: tuple[str, ...]) -> str:
    """One row of a model's page."""
    values = json.loads(line)
    return "<tr>" + "".join(f"<td>{escape(_said(values.get(name)))}" for name in shown) + "\n"


FOOT = "</table>\n"


def _said(value: object) -> str:
    return "" if value is None else str(value)
