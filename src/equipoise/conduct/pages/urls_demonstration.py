"""Addresses of a demonstration, which a trial does not have."""

from __future__ import annotations

from django.urls import path

from equipoise.conduct.pages import demonstration

urlpatterns = [
    path("demonstration/", demonstration.demonstration, name="demonstration"),
    path("demonstration/sign-in/", demonstration.sign_in_as, name="sign_in_as"),
]
