"""Addresses (URLs) of a demonstration: those of a trial, and two more."""

from __future__ import annotations

from django.urls import path

from equipoise.conduct import urls
from equipoise.rehearse_conduct import demo_page

handler500 = urls.handler500

urlpatterns = [
    *urls.urlpatterns,
    path("demonstration/", demo_page.demonstration, name="demonstration"),
    path("demonstration/sign-in/", demo_page.sign_in_as, name="sign_in_as"),
]
