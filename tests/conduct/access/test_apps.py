"""What the application does when it is loaded."""

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models.signals import post_save

from equipoise.conduct.access import account_audit


def heard() -> int:
    receivers, _ = post_save._live_receivers(Authenticator)
    return receivers.count(account_audit._factor_saved)


def test_it_listens_to_what_people_do_to_their_accounts() -> None:
    assert heard() == 1
    apps.get_app_config("access").ready()
    assert heard() == 1
