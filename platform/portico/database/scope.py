"""Whose rows: the scope that every statement needs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

PLATFORM_ROLE = "portico_platform"
COMPANY_GROUP = "portico_company"


class NoScope(RuntimeError):
    """A statement without a scope: nobody said whose rows it means."""


class NoTransaction(RuntimeError):
    """A statement outside a transaction: its role and path could not be bound to it."""


class MixedScopes(RuntimeError):
    """A second scope in a running transaction, without the named way (`visit`)."""


@dataclass(frozen=True, slots=True)
class CompanyRef:
    """A company as it travels: in scopes, tasks, keys and links.

    `generation` rises when the company is erased or restored and so ends everything that carries the old one.
    """

    id: int
    schema: str
    generation: int
    slug: str
    name: str
    tint: int = 0
    # The key of its plan, as its row says (`portico.standing`); no part of which company this is.
    plan: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The prefix of everything kept outside the database: company and generation."""
        return f"{self.id}.{self.generation}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a transaction is bound to. Two scopes are the same when role and path are."""

    role: str
    path: str
    company: CompanyRef | None = None
    visiting: bool = False


_scope: ContextVar[Scope | None] = ContextVar("portico_scope", default=None)
_PLATFORM = Scope(role=PLATFORM_ROLE, path="public")


def _of(company: CompanyRef, *, visiting: bool = False) -> Scope:
    return Scope(role=company.schema, path=f'"{company.schema}",public', company=company, visiting=visiting)


class _Entered(AbstractContextManager[None]):
    """Holds the scope; a class, for every request passes here and a generator costs twice as much."""

    __slots__ = ("scope", "token")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __enter__(self) -> None:
        self.token = _scope.set(self.scope)

    def __exit__(self, *_: object) -> None:
        _scope.reset(self.token)


def company_scope(company: CompanyRef) -> AbstractContextManager[None]:
    """Everything inside speaks as this company: its role, its schema."""
    return _Entered(_of(company))


def platform_scope() -> AbstractContextManager[None]:
    """Everything inside speaks as the platform: public tables only."""
    return _Entered(_PLATFORM)


@contextmanager
def visit(company: CompanyRef) -> Iterator[None]:
    """The one named way from the platform into a company inside a running transaction.

    For the console, where coverage was read from `public` and the ticket lies in the company's schema.
    Raises MixedScopes when the visitor comes from another company.
    """
    here = _scope.get()
    if here is None or here.company is not None:
        raise MixedScopes("Only the platform visits a company.")
    with _Entered(_of(company, visiting=True)):
        yield


def current_scope() -> Scope | None:
    """The scope that holds here, or None."""
    return _scope.get()


def current_company() -> CompanyRef:
    """The company whose scope holds here; NoScope when there is none."""
    scope = _scope.get()
    if scope is None or scope.company is None:
        raise NoScope("This needs a company's scope.")
    return scope.company
