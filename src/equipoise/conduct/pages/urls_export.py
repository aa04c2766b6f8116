"""Addresses of what goes out: files, tokens, the HTTP interface."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from equipoise.conduct.api.interface import api
from equipoise.conduct.pages import exporting

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("export/", exporting.page, name="export"),
    path("export/file/", exporting.file, name="export-file"),
    path("export/unblinded/", exporting.unblinded, name="export-unblinded"),
    path("export/tokens/", exporting.token, name="export-token"),
    path("export/tokens/<int:number>/revoke/", exporting.drop, name="export-drop"),
]
