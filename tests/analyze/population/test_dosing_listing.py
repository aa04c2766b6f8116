"""The listing of each infusion."""

from equipoise.analyze.population.dosing_listing import dosing_listing
from tests.analyze.population.full import changed, full_protocol, trial, without
from tests.analyze.small import data, protocol


def test_each_infusion_with_its_dose() -> None:
    listing = dosing_listing(full_protocol(), trial())
    assert len(listing.rows) == 8
    assert listing.rows[0] == (
        "A1", "Active", "1", "0", "active drug", "35.00", "0.500", "70.0", "40", "no", "",
    )  # fmt: skip
    assert listing.rows[4][5:7] == ("", "")  # placebo: no dose recorded


def test_an_interruption_is_yes_no_or_not_recorded() -> None:
    rows = changed("exposures", {"participant": "A1"}, interrupted=True, reason="pain")
    rows.loc[rows["participant"] == "A2", "interrupted"] = None
    found = dosing_listing(full_protocol(), trial(exposures=rows)).rows
    assert [row[-2:] for row in found[:3]] == [
        ("yes", "pain"), ("not recorded", ""), ("no", ""),
    ]  # fmt: skip


def test_an_infusion_without_a_record_is_a_row() -> None:
    known = trial(
        exposures=without("exposures", participant="A1"),
        measurements=without("measurements", participant="A1"),
        visits=without("visits", participant="A1", visit="infusion"),
    )
    first = dosing_listing(full_protocol(), known).rows[0]
    assert first[:3] == ("A1", "Active", "1")
    assert first[-1] == "not given or not recorded"
    assert set(first[3:-1]) == {""}


def test_without_any_record_no_rows_and_the_reason() -> None:
    listing = dosing_listing(protocol(), data(drugs={}))
    assert listing.rows == ()
    assert listing.note == "The data hold no record of treatment given."
