"""Addresses of what goes out: files, tokens, the HTTP interface."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from equipoise.conduct.api.interface import api
from equipoise.conduct.pages import exporting, making

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("export/", exporting.page, name="export"),
    path("export/file/", exporting.file, name="export-file"),
    path("export/making/", making.page, name="export-making"),
    path("export/making/start/", making.start, name="export-start"),
    path("export/making/file/", making.file, name="export-made"),
    path(
        "export/unblinded/start/", making.start_unblinded, name="export-unblinded-start"
    ),
    path("export/unblinded/made/", making.unblinded, name="export-unblinded-made"),
    path("export/unblinded/", exporting.unblinded, name="export-unblinded"),
    path("export/tokens/", exporting.token, name="export-token"),
    path("export/tokens/<int:number>/revoke/", exporting.drop, name="export-drop"),
]
