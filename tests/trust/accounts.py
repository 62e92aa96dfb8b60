"""Who may open the pages of signing in and of one's own account, behind every door with accounts."""

_ALL = frozenset({"anybody"})
_OPEN = {"GET": _ALL, "POST": _ALL}
SIGN_IN = {
    **dict.fromkeys(("login", "login/code", "forgot"), _OPEN),
    "logout": {"POST": _ALL},
    "login/passkey": {"POST": _ALL},
    # Steps that nobody of the world stands at, and links that none of them was sent: answered with a way on.
    **dict.fromkeys(("login/second", "login/renew", "reset/<str:secret>", "verify/<str:secret>"), _OPEN),
}


def account_of(people: frozenset[str]) -> dict[str, dict[str, frozenset[str]]]:
    """One's own account: whoever is signed in."""
    both = {"GET": people, "POST": people}
    pages = ("password", "address", "app", "passkey", "codes")
    return {
        "account/keys": both,
        "account/confirm": both,
        "account/security": {"GET": people},
        "account/security/second-step": {"GET": people},
        **{f"account/security/{page}": both for page in pages},
        "account/security/remove/<int:number>": {"POST": frozenset()},  # nobody of the world has one
        "account/security/end/<int:number>": {"POST": frozenset()},  # nor a session of the world's number
    }
