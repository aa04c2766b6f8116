from equipoise.report.datasets.adverse_events import adverse_events
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol
from tests.report import made


def test_every_event_of_a_randomized_participant_has_a_row() -> None:
    item = adverse_events(Trial(feder(), made.data()))
    assert item is not None
    events = made.data().events
    events = events[events["participant"].isin(made.data().arm.index)]
    assert item.frame["AETERM"].tolist() == events["term"].tolist()
    assert (
        item.frame["ARMCD"].tolist()
        == events["participant"].map(made.data().arm).tolist()
    )
    assert item.frame["INFNUM"].notna().any()
    numbered = item.frame.groupby("USUBJID")["AESEQ"].apply(list)
    assert all(numbers == [*range(1, len(numbers) + 1)] for numbers in numbered)
    assert set(item.frame["TRTA"]) == {"Ketamine", "Midazolam"}


def test_an_event_before_treatment_is_not_treatment_emergent() -> None:
    events = [("A1", "headache", -1, False), ("A1", "nausea", 0, None)]
    item = adverse_events(Trial(protocol(), data(events=events)))
    assert item is not None
    rows = item.frame.set_index("AETERM")
    assert rows.loc["headache", "TRTEMFL"] == "N"
    assert rows.loc["nausea", "TRTEMFL"] == "Y"
    assert rows.loc["headache", "AESER"] == "N"
    assert rows["AESER"].isna()["nausea"]  # not recorded is not "no"


def test_without_a_treatment_period_nothing_is_called_treatment_emergent() -> None:
    known = data(events=[("A1", "headache", 3, False)], drugs={})
    item = adverse_events(Trial(protocol(), known))
    assert item is not None
    assert item.frame["TRTEMFL"].isna().all()


def test_no_file_without_events_and_none_in_a_dry_run() -> None:
    assert adverse_events(Trial(protocol(), data())) is None
    known = data(events=[("A1", "headache", 1, False)])
    assert adverse_events(Trial(protocol(), known, dummy=True)) is None
