"""Hashes of made-up passwords: Argon2 as the application uses it, without its price."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """Argon2 with the least memory and time: fifty people log in within seconds."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
