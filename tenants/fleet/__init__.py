"""Migrations of all companies' schemas: planned once on a canary, replayed everywhere, each company on its own.

`survey` says who is behind, `planning` what has to be done and records it, `linter` what must not be done, `drift` who
differs, `replay` does one step in one company, `waves` all of it, `ledger` what became of it.
"""

from tenants.fleet.jobs import company_job

__all__ = ["company_job"]
