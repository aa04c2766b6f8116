"""What the application does when it is loaded."""

from django.apps import apps
from django.db.models.signals import post_save


def test_it_listens_to_what_people_do_to_their_accounts() -> None:
    heard = [key[0] for key, *_ in post_save.receivers]
    assert heard.count("factor saved") == 1
    apps.get_app_config("access").ready()
    assert [key[0] for key, *_ in post_save.receivers].count("factor saved") == 1
