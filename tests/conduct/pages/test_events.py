"""Adverse events through HTTP."""

from django.contrib.auth.models import User

from equipoise.dataset.tables import SERIOUS
from tests.conduct.walking import browser, included, send


def test_a_nurse_reports_and_a_rater_learns_nothing(people: dict[str, User]) -> None:
    person, nurse = included(people), browser(people["infusion team"])
    page = f"/participants/{person}/events/"
    assert "No adverse event" in nurse.get(page).content.decode()
    url = nurse.post(page)["Location"]
    assert nurse.post(page)["Location"] == url  # a double click
    values = {
        "term": "Nausea",
        "started_on": "2027-01-04",
        "started_time": "08:45",
        "ongoing": "yes",
        "severity": "mild",
        "serious": "yes",
        "related": "no",
        **dict.fromkeys(SERIOUS, "no"),
    }
    wrong = send(nurse, url, values)
    assert wrong.status_code == 422  # serious, and by no criterion
    values["hospitalization"] = "yes"
    assert send(nurse, url, values).status_code == 302
    text = browser(people["monitor"]).get(page).content.decode()
    for said in ("Nausea", "2027-01-04 08:45", "Ongoing", "prolonged hospitalization"):
        assert said in text
    for role in ("rater", "administrator"):
        assert browser(people[role]).get(page).status_code == 403
        assert browser(people[role]).post(page).status_code == 403
