"""Passwords of tests: the product's own kind of hash, at a price for thousands of them."""

from shared_apps.accounts.hashing import Argon2


class Quick(Argon2):
    """Argon2 as the product uses it, with the least memory and time that it allows."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
