"""Hashes of rehearsal passwords: Argon2 as in the application, with minimal cost."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """Argon2 with minimal memory and time: fifty users log in within seconds."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
