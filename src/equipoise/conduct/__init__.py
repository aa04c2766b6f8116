"""The trial runs: a web application from the same protocol file, and the blind holds.

In every service ``actor`` is who does it, ``at`` is now, in UTC, ``reason`` is in words and
stays in the audit, and ``key`` is the file with the key of the vault.
"""
