"""The pace of recruitment in words."""

from datetime import date, timedelta

from equipoise.conduct.capture.recruitment import pace


def test_the_pace_in_words() -> None:
    days = [date(2027, 1, 1) + timedelta(days=7 * n) for n in range(4)]
    assert pace(days, 8, date(2027, 1, 29)).endswith("4 more take about 4 weeks.")
    assert pace(days, 4, date(2027, 1, 29)) == "The planned number is reached."
    assert pace([], 4, date(2027, 1, 29)).startswith("No participant")
