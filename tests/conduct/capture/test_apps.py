"""What the application registers when it is loaded."""

from django.apps import apps

from equipoise.conduct.access import proposals


def test_the_acts_of_the_end_take_two_people() -> None:
    apps.get_app_config("capture").ready()
    assert {"unlock", "reopening", "unblinding"} <= set(proposals.kinds)
