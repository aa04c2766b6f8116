"""Too many wrong passwords: counted by account and address, and apart for who is known.

A stranger who tries passwords for somebody's name must not keep that person out. Three
counts that do not touch each other: of a session that is logged in and confirms who it is;
of a device on which the account was logged in to completely, second factor included, which
a signed cookie proves for a year; and of everybody else, by user name and address.
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
ACCOUNTS = 50  # that one device is known for: a ward shares its computers


class KnownDevice:
    """Notes who is logged in when a request comes, and marks a device after a log-in."""

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
    """Under which name a try is counted: the user name, and how the request is known.

    allauth hands credentials over as ``username``, and its form calls the field
    ``login``; axes must find it in both.
    """
    for source in (credentials, getattr(request, "POST", None)):
        for field in ("username", "login"):
            if source and source.get(field):
                return counted_as(request, str(source.get(field)).lower())
    # Who is logged in types no name to confirm who it is.
    return counted_as(request, getattr(request, "seated", "").lower())


def counted_as(request: HttpRequest | None, name: str) -> str:
    """A user name in lower case, with the session or the device that is known for it."""
    if request is None or not name:
        return name
    if name == getattr(request, "seated", "").lower():
        return f"{name} session {_digest(request.session.session_key or '')}"
    device, accounts = _known(request)
    return f"{name} device {device}" if _digest(name) in accounts else name


def address(request: HttpRequest) -> str | None:
    """The address by which axes counts: the one that allauth works out; None of none."""
    if not request.META.get("REMOTE_ADDR"):
        return None
    return str(get_adapter(request).get_client_ip(request)).partition("#")[0]


def mark_of(request: HttpRequest) -> str:
    """What tells a known session or device from others at its address; else empty."""
    if getattr(request, "seated", ""):
        return _digest(request.session.session_key or "")
    return _known(request)[0]


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, for accounts are made by the administrator; how allauth counts tries."""

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
    """What a locked account is told: the same whether or not it exists."""
    return render(request, "locked.html", status=429)


def _name(request: HttpRequest) -> str:
    user = request.user
    return user.get_username() if user.is_authenticated else ""


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    """The device, and the digests of the accounts for which it is known."""
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
