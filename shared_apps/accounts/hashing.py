"""How passwords are hashed: Argon2id as Django sets it, and no more of them at once than there are processors.

One hash takes 100 MB and a quarter of a second of one processor. Sixteen threads that hash at once take longer for all
of them than if they took turns, and 1.6 GB: a burst of sign-ins must not cost a web process its life.
"""

import os
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = os.cpu_count() or 1
ROOM = BoundedSemaphore(AT_ONCE)


class Argon2(Argon2PasswordHasher):
    """One of Django's `PASSWORD_HASHERS`; its hashes are those of the class that it narrows."""

    def encode(self, password: str, salt: str) -> str:
        with ROOM:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with ROOM:
            return bool(super().verify(password, encoded))
