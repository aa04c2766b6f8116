"""Addresses of accounts, people, the set-up and the health page."""

from __future__ import annotations

from django.urls import path, re_path

from equipoise.conduct.pages import (
    accounts,
    health,
    people,
    proposals,
    resets,
    setup,
    sites,
)

urlpatterns = [
    # What allauth offers and this application does not: nobody signs up, and nothing is
    # sent by mail. These stand before allauth's own addresses.
    re_path(
        r"^accounts/(signup|email|password/reset|password/set|confirm-email|login/code)",
        accounts.not_here,
    ),
    path("accounts/password/change/", accounts.change_password),
    path("accounts/2fa/webauthn/add/", accounts.add_passkey),
    path("accounts/", accounts.own, name="account"),
    path("accounts/reset/read/", resets.read, name="reset_read"),
    path("resets/", resets.resets, name="resets"),
    path("resets/<int:key>/", resets.confirm_reset, name="confirm_reset"),
    path("proposals/<int:key>/confirm/", proposals.confirm, name="confirm_proposal"),
    path("proposals/<int:key>/refuse/", proposals.refuse, name="refuse_proposal"),
    path("proposals/<int:key>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("proposals/<int:key>/take/", proposals.take_role, name="take_role"),
    path("setup/", setup.set_up, name="setup"),
    path("join/<str:account>/<str:token>/", accounts.join, name="join"),
    path("sites/", sites.sites, name="sites"),
    path("sites/<str:code>/timezone/", sites.change, name="site_zone"),
    path("people/", people.everyone, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path("people/<str:username>/", people.person, name="person"),
    path("people/<str:username>/grant/", people.grant_role, name="grant"),
    path("people/<str:username>/end/<int:key>/", people.end_role, name="end_role"),
    path("people/<str:username>/reset/", people.reset_account, name="reset_account"),
    path("people/<str:username>/close/", people.close_account, name="close_account"),
    path(
        "participants/<str:identifier>/account/",
        accounts.for_participant,
        name="participant_account",
    ),
    path("health", health.health, name="health"),
]
