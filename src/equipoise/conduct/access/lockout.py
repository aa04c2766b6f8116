"""Too many wrong passwords: by user name, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def username(
    request: HttpRequest | None, credentials: Mapping[str, Any] | None = None
) -> str:
    """The user name that was tried, in lower case.

    allauth hands credentials over as ``username``, and its form calls the field
    ``login``; axes must find it in both.
    """
    for source in (credentials, getattr(request, "POST", None)):
        for name in ("username", "login"):
            if source and source.get(name):
                return str(source.get(name)).lower()
    return ""


def answer(
    request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """What a locked account is told: the same whether or not it exists."""
    return render(request, "locked.html", status=429)
