"""Refusals: the product's own way to say no. Each is mapped once to a page and once to a problem document."""

from collections.abc import Iterable


class Refusal(Exception):
    """Something the product will not do, with words a person can act on.

    `code` is stable and for programs, `message` is for people. `allowed` names what would be taken instead, for
    programs, where there is a list of it.
    """

    status = 409

    def __init__(self, code: str, message: str, *, allowed: Iterable[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.allowed = None if allowed is None else list(allowed)


class Refused(Refusal):
    """A rule of the product stands against it (409)."""


class Forbidden(Refusal):
    """The actor may see the thing but not do this with it (403)."""

    status = 403


class Missing(Refusal):
    """There is no such thing as far as this actor is concerned (404). Foreign and missing are the same."""

    status = 404
    plain = "There is nothing here."

    def __init__(self, code: str = "not_found", message: str = plain) -> None:
        super().__init__(code, message)


class Invalid(Refusal):
    """Input that cannot be taken (422): `fields` maps a field's name to its messages."""

    status = 422

    def __init__(self, fields: dict[str, list[str]], message: str = "Please correct the marked fields.") -> None:
        super().__init__("invalid", message)
        self.fields = fields


class TooMany(Refusal):
    """Too much at once (429); `seconds` until trying again makes sense."""

    status = 429

    def __init__(self, seconds: int, message: str = "That was too often. Please wait a moment.") -> None:
        super().__init__("too_many", message)
        self.seconds = max(1, int(seconds))


class Unavailable(Refusal):
    """Not now (503): the company is behind this release, suspended work goes on, or a part is down."""

    status = 503


class SignInNeeded(Refusal):
    """Nobody is signed in (401 for programs, the sign-in page for people)."""

    status = 401

    def __init__(self, message: str = "Please sign in.") -> None:
        super().__init__("sign_in_needed", message)
