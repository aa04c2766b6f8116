"""Account lockout after wrong passwords, counted by account, address and known device.

A stranger who tries passwords for a user name must not lock out its user. There are three
independent counts: of a logged-in session (re-authentication); of a device on which the
user has logged in completely, second factor included, which a signed cookie proves for a
year; and of all others, by user name and address.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.conduct.access.middleware import lacks_factor

COOKIE = "known-device"
SALT = "equipoise.conduct.access.lockout"
YEAR = 365 * 24 * 3600  # seconds
ACCOUNTS = 50  # known on one device: a ward shares its computers


class KnownDevice:
    """Notes the user at the start of a request, and marks a device after a log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        before = _name(request)
        request.seated = before  # type: ignore[attr-defined]
        answer = self.get_response(request)
        name = _name(request)
        if name and name != before and (settings.DEMO or not lacks_factor(request)):
            _remember(request, answer, name)
        return answer


def username(
    request: HttpRequest | None, credentials: Mapping[str, Any] | None = None
) -> str:
    """Name under which an attempt is counted: user name, and known session or device.

    allauth hands credentials over as ``username``, and its form calls the field
    ``login``; axes must find it in both.
    """
    for source in (credentials, getattr(request, "POST", None)):
        for field in ("username", "login"):
            if source and source.get(field):
                return counted_as(request, str(source.get(field)).lower())
    # Re-authentication does not ask for the user name.
    return counted_as(request, getattr(request, "seated", "").lower())


def counted_as(request: HttpRequest | None, name: str) -> str:
    """A user name in lower case, with its session or known device."""
    if request is None or not name:
        return name
    if name == getattr(request, "seated", "").lower():
        return f"{name} session {_digest(request.session.session_key or '')}"
    device, accounts = _known(request)
    return f"{name} device {device}" if _digest(name) in accounts else name


def address(request: HttpRequest) -> str | None:
    """The address by which axes counts: the one that allauth determines, or None."""
    if not request.META.get("REMOTE_ADDR"):
        return None
    return str(get_adapter(request).get_client_ip(request)).partition("#")[0]


def mark_of(request: HttpRequest) -> str:
    """Digest of a known session or device at a shared address; else empty."""
    if getattr(request, "seated", ""):
        return _digest(request.session.session_key or "")
    return _known(request)[0]


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, since administrators create accounts; how allauth counts attempts."""

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


def answer(
    request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """The page for a locked account: identical whether or not the account exists."""
    return render(request, "locked.html", status=429)


def _name(request: HttpRequest) -> str:
    user = request.user
    return user.get_username() if user.is_authenticated else ""


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    """The device, and the digests of the accounts known on it."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return "", []
    return str(held["device"]), list(held["accounts"])


def _remember(request: HttpRequest, answer: HttpResponse, name: str) -> None:
    device, accounts = _known(request)
    mine = _digest(name.lower())
    held = {
        "device": device or secrets.token_hex(8),
        "accounts": [*[a for a in accounts if a != mine], mine][-ACCOUNTS:],
    }
    answer.set_cookie(
        COOKIE, signing.dumps(held, salt=SALT, compress=True), max_age=YEAR,
        httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
