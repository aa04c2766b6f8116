"""Who a session belongs to, read with one statement by hand: every request asks it."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS

from equipoise.conduct.statements import moment, rows

FIELDS = tuple(
    field.column for field in User._meta.concrete_fields if field.column is not None
)
READ = f"SELECT {', '.join(FIELDS)} FROM auth_user WHERE id = %s"  # noqa: S608  columns


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    """Accounts of the trial; log-in and second factors are those of allauth."""

    def get_user(self, user_id: int) -> User | None:
        """The account with this number, if it is not closed."""
        found = rows(READ, [int(user_id)])
        if not found:
            return None
        user = User.from_db(DEFAULT_DB_ALIAS, FIELDS, found[0])
        user.date_joined = moment(user.date_joined)
        user.last_login = user.last_login and moment(user.last_login)
        return user if user.is_active else None
