"""``check``, ``schedule`` and ``amend``: numbers counted by hand."""

from datetime import date

from equipoise import library
from equipoise.cli import protocol_file
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.amend import content_hash
from equipoise.protocol.schedule import calendar

FEDER = load_protocol("feder2021")


def test_the_summary_counts_what_the_file_says() -> None:
    text = library.text("protocols", "feder2021")
    lines = [line.partition("#")[0] for line in text.splitlines()]
    assumed = sum("assumed = true" in line for line in lines)
    sourced = sum(line.count("source = ") for line in lines)
    result = protocol_file.summary(FEDER)
    assert result["assumptions"] == (
        f"{assumed} of {assumed + sourced} statements have no source"
    )
    assert result["protocol"] == "feder2021 1.0"
    assert result["arms"] == "ketamine, midazolam"
    assert (result["visits"], result["endpoints"]) == (22, 20)
    assert str(result["instruments"]).split(", ") == [
        "caps5", "madrs", "iesr", "qids_sr16", "cgi_s", "cgi_i", "cadss",
        "bprs_positive", "ymrs", "moaas",
    ]  # fmt: skip
    assert result["hash"] == content_hash(FEDER)
    assert result["problems"] == "none"


def test_an_amendment_names_both_versions_and_each_change() -> None:
    new = FEDER.model_copy(
        update={"size": FEDER.size.model_copy(update={"participants": 40})}
    )
    result = protocol_file.amendment(FEDER, new)
    assert result["changes"] == ["size.participants: 30 -> 40"]
    assert result["old"] == f"1.0 {content_hash(FEDER)}"
    assert result["new"] == f"1.0 {content_hash(new)}"
    assert protocol_file.amendment(FEDER, FEDER)["changes"] == ["none"]


def test_a_calendar_by_hand() -> None:
    # Day 0 on Monday 4 January 2027; the baseline is planned three days before, on
    # New Year's Day, a Friday.
    rows = {
        r["visit"]: r
        for r in protocol_file.visit_rows(calendar(FEDER, date(2027, 1, 4)))
    }
    assert rows["baseline"] == {
        "visit": "baseline", "day": "-3", "date": "2027-01-01", "weekday": "Fri",
        "window": "2026-12-28 to 2027-01-03", "due": rows["baseline"]["due"],
        "note": "",
    }  # fmt: skip
    assert rows["week-2"]["date"] == "2027-01-18"
    assert rows["week-2"]["window"] == "2027-01-17 to 2027-01-20"
    assert rows["week-3"]["due"] == "if response"
