"""Every address of the application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler500 = "equipoise.conduct.outages.answer"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("equipoise.conduct.pages.urls_accounts")),
    path("", include("equipoise.conduct.pages.urls_enrolment")),
    path("accounts/", include("allauth.urls")),
    path("", include("equipoise.conduct.pages.urls_capture")),
    path("", include("equipoise.conduct.pages.urls_export")),
]
