"""Addresses of what goes out: the HTTP interface."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from equipoise.conduct.api.interface import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
]
