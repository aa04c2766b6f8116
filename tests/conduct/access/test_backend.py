"""The account behind a session is the one that the object mapper would give."""

from django.contrib.auth.models import User
from django.utils import timezone

from equipoise.conduct.access.sessions import Accounts


def test_the_account_is_whole(people: dict[str, User]) -> None:
    User.objects.filter(username="rater").update(last_login=timezone.now(), email="a@b")
    held, stored = (
        Accounts().get_user(people["rater"].pk),
        User.objects.get(username="rater"),
    )
    assert held is not None
    fields = [field.name for field in User._meta.concrete_fields]
    assert [getattr(held, f) for f in fields] == [getattr(stored, f) for f in fields]
    held.first_name = "Changed"
    held.save()  # an update, not a second row
    assert User.objects.filter(username="rater", first_name="Changed").count() == 1


def test_a_closed_account_is_nobodys(people: dict[str, User]) -> None:
    user = people["rater"]
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Accounts().get_user(user.pk) is None
    assert Accounts().get_user(10**6) is None
