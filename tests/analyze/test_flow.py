import pytest

from equipoise.analyze.flow import UNRECORDED, exposure, flow
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.small import SCORES, TEXT, data, protocol, without_response

TRIAL = protocol()
MILESTONES = [
    ("X1", "excluded", None, "declined"),
    ("X2", "excluded", None, "declined"),
    ("X3", "excluded", None, "too ill"),
    ("A3", "treatment-discontinued", 5, "adverse event"),
    ("A4", "treatment-discontinued", 5, None),
    ("P3", "lost-to-follow-up", 20, "moved"),
    ("A4", "study-withdrawn", 9, "no time"),
    ("A4", "death", 99, "accident"),
]


def counted(known: UnblindedTrialData) -> dict[str, Estimate]:
    found = flow(TRIAL, known)
    assert len({e.id for e in found}) == len(found)
    return {e.id.removeprefix("flow."): e for e in found}


def test_every_step_by_hand() -> None:
    found = counted(data(milestones=MILESTONES, screened=["X1", "X2", "X3"]))
    numbers = {name: row.estimate for name, row in found.items()}
    assert numbers == {
        "assessed": 11, "excluded": 3, "excluded.reason-1": 2, "excluded.reason-2": 1,
        "randomized": 8,
        "allocated.active": 4, "received.active": 4, "discontinued.active": 2,
        "discontinued.active.reason-1": 1, "discontinued.active.reason-2": 1,
        "lost.active": 1, "lost.active.reason-1": 1, "analysed.active": 4,
        "allocated.placebo": 4, "received.placebo": 4, "discontinued.placebo": 0,
        "lost.placebo": 1, "lost.placebo.reason-1": 1, "analysed.placebo": 4,
    }  # fmt: skip
    assert found["excluded.reason-1"].note == "declined"
    assert found["discontinued.active.reason-2"].note == "reason not recorded"
    assert found["lost.active.reason-1"].note == "accident"


def test_reasons_add_up() -> None:
    found = counted(data(milestones=MILESTONES, screened=["X1", "X2", "X3"]))
    for step in ("excluded", "discontinued.active", "lost.active", "lost.placebo"):
        parts = [
            e.estimate or 0 for n, e in found.items() if n.startswith(f"{step}.reason")
        ]
        assert sum(parts) == found[step].estimate


def test_what_the_data_do_not_record_is_not_zero() -> None:
    found = counted(data(drugs={}))
    for step in (
        "assessed",
        "excluded",
        "received.active",
        "discontinued.active",
        "lost.active",
    ):
        assert found[step].estimate is None, step
        assert found[step].note == UNRECORDED
    assert found["randomized"].estimate == 8
    assert found["analysed.active"].estimate == 4


def test_analysed_are_those_with_an_outcome_of_the_primary_endpoint() -> None:
    never = without_response(["week-1", "week-2"], {"A4": SCORES["A4"]})
    assert counted(data(SCORES | never))["analysed.active"].estimate == 3


def test_infusions_and_dose_by_arm() -> None:
    drugs = dict.fromkeys(("A1", "A2", "A3"), "active drug") | {"P1": "saline"}
    found = {e.id: e for e in exposure(TRIAL, data(drugs=drugs))}
    assert found["exposure.infusions-1.active"].estimate == 3
    assert found["exposure.infusions-0.active"].estimate == 1
    assert found["exposure.infusions-0.placebo"].estimate == 3
    assert found["dose.mean.active"].estimate == 35
    assert found["dose.mean.active"].n == 3
    assert found["dose.sd.active"].estimate == 0
    assert "dose.mean.placebo" not in found


@pytest.mark.parametrize("what", ["no infusion planned", "no infusion recorded"])
def test_without_infusions_there_is_no_exposure(what: str) -> None:
    if what == "no infusion planned":
        trial = protocol(TEXT.replace("infusion = 1\n", ""))
        assert exposure(trial, data()) == []
    else:
        assert exposure(TRIAL, data(drugs={})) == []
