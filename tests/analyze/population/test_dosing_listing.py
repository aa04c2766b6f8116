"""The listings of dosing: of each infusion, and of each participant."""

from equipoise.analyze.population.dosing_listing import dosing_listing, infusion_listing
from equipoise.analyze.result import Listing
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, trial, without
from tests.analyze.small import data, protocol


def each(known: UnblindedTrialData) -> Listing:
    (found,) = infusion_listing(full_protocol(), known)
    return found


def test_each_infusion_with_its_dose() -> None:
    listing = each(trial())
    assert len(listing.rows) == 8
    assert not listing.printed
    assert listing.rows[0] == (
        "A1", "Active", "1", "0", "active drug", "35.00", "0.500", "70.0", "40", "no", "",
    )  # fmt: skip
    assert listing.rows[4][5:7] == ("", "")  # placebo: no dose recorded


def test_an_interruption_is_yes_no_or_not_recorded() -> None:
    rows = changed("exposures", {"participant": "A1"}, interrupted=True, reason="pain")
    rows.loc[rows["participant"] == "A2", "interrupted"] = None
    found = each(trial(exposures=rows)).rows
    assert [row[-2:] for row in found[:3]] == [
        ("yes", "pain"), ("not recorded", ""), ("no", ""),
    ]  # fmt: skip
    own = dosing_listing(full_protocol(), trial(exposures=rows)).rows
    assert [row[-2:] for row in own[:3]] == [
        ("yes", "infusion 1: pain"), ("not recorded", ""), ("no", ""),
    ]  # fmt: skip


def test_an_infusion_without_a_record_is_a_row() -> None:
    known = trial(
        exposures=without("exposures", participant="A1"),
        measurements=without("measurements", participant="A1"),
        visits=without("visits", participant="A1", visit="infusion"),
    )
    first = each(known).rows[0]
    assert first[:3] == ("A1", "Active", "1")
    assert first[-1] == "not given or not recorded"
    assert set(first[3:-1]) == {""}
    own = dosing_listing(full_protocol(), known).rows[0]
    assert own == (
        "A1", "Active", "0", *[""] * 6, "infusion 1: not given or not recorded",
    )  # fmt: skip


def test_a_participant_has_one_row_with_its_exceptions() -> None:
    known = virtual(n=4)
    person = str(known.exposures["participant"].iloc[0])
    mine = known.exposures["participant"] == person
    third = mine & (known.exposures["infusion"] == 3)
    changed_dose = known.exposures.assign(
        dose_mg=known.exposures["dose_mg"].where(~third, 1.5)
    )
    altered = UnblindedTrialData.from_tables(
        feder(),
        {**dict(known.tables()), "exposures": changed_dose},
        accept=("EQ312",),
    )
    listing = dosing_listing(feder(), altered)
    assert len(listing.rows) == known.arm.size
    (row,) = (row for row in listing.rows if row[0] == person)
    assert row[2] == str(int(mine.sum()))
    assert "infusion 3: dose 1.50 mg, dose" in row[-1]
    arms = [row[1] for row in listing.rows]
    assert arms == sorted(arms, key=[arm.label for arm in feder().arms].index)


def test_without_any_record_no_rows_and_the_reason() -> None:
    listing = dosing_listing(protocol(), data(drugs={}))
    assert listing.rows == ()
    assert listing.note == "The data hold no record of treatment given."
    assert infusion_listing(protocol(), data(drugs={})) == ()
