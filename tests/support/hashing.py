"""Passwords of tests: the product's own kind of hash, at a price for thousands of them."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """Argon2 as the product uses it, with the least memory and time that it allows."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
