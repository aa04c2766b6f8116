"""Scans on pages: a rating takes none (the rest: ``capture/test_attachments``)."""

from django.contrib.auth.models import User

from tests.conduct.walking import browser, included


def test_a_rating_takes_no_scan(people: dict[str, User]) -> None:
    person = included(people)
    form = f"/participants/{person}/forms/instrument:madrs/?visit=baseline"
    assert (
        "Add an attachment" not in browser(people["rater"]).get(form).content.decode()
    )
