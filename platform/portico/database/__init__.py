"""The gate to the database: scopes, and the roles behind them. Nothing else opens a cursor."""

from portico.database.scope import (
    CompanyRef,
    MixedScopes,
    NoScope,
    NoTransaction,
    Scope,
    company_scope,
    current_company,
    current_scope,
    platform_scope,
    visit,
)

__all__ = [
    "CompanyRef",
    "MixedScopes",
    "NoScope",
    "NoTransaction",
    "Scope",
    "company_scope",
    "current_company",
    "current_scope",
    "platform_scope",
    "visit",
]
