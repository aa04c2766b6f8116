"""Accounts are made by the administrator: nobody signs up. And how tries are counted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from equipoise.conduct.access.lockout import counted_as, mark_of


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; what is known of a session or a device is counted apart."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address, and the session or device behind it: a ward shares one address."""
        ip, mark = str(super().get_client_ip(request)), mark_of(request)
        return f"{ip}#{mark}" if mark else ip

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Of wrong passwords for one account; overridden, for allauth asks no other."""
        name = str(credentials.get("username", "")).lower()
        return f"login {counted_as(request, name)}"
