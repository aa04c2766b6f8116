"""First administrator: created with a token that only the terminal shows.

Users choose their own passwords, and there is no account before this.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.accounts import NAME, new_account, set_password
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.role_grants import first_administrator
from equipoise.conduct.folder import write_private

FILE = "setup.token"


def needed() -> bool:
    """Whether the trial has no administrator yet."""
    return not Membership.objects.filter(role="administrator").exists()


def new_token(folder: Path) -> str:
    """A new token; the folder stores only its hash, and any earlier token is void."""
    token = secrets.token_urlsafe(24)
    write_private(folder / FILE, sha256(token.encode()).hexdigest())
    return token


def fits(folder: Path, token: str) -> bool:
    """Whether this is the token of the terminal, and there is no administrator yet."""
    path = folder / FILE
    if not path.exists() or not needed():
        return False
    stored = path.read_text("ascii").strip()
    return secrets.compare_digest(stored, sha256(token.encode()).hexdigest())


def make_administrator(
    folder: Path,
    token: str,
    *,
    username: str,
    full_name: str,
    password: str,
    at: datetime,
) -> list[str]:
    """Creates the first administrator, once; or returns the problems."""
    name = username.strip().lower()
    problems = []
    if not fits(folder, token):
        problems.append(
            "The token is not valid; the terminal shows a new one at the next start."
        )
    if not NAME.fullmatch(name):
        problems.append("User name: use 2 to 40 of a-z, 0-9, dot, dash, underscore.")
    if not full_name.strip():
        problems.append("The full name is missing.")
    if problems:
        return problems
    with transaction.atomic():
        user = new_account(name, full_name.strip()[:150])
        first_administrator(user, at=at)
        problems = set_password(user, password, at=at)
        if problems:
            transaction.set_rollback(True)
            return problems
    (folder / FILE).unlink(missing_ok=True)
    return []
