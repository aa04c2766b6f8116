import json
from dataclasses import FrozenInstanceError, fields

import pytest

from equipoise.analyze.result import RESULTS_SCHEMA, Estimate, Provenance, Results
from equipoise.errors import AnalysisError

PROVENANCE = Provenance(
    protocol="small",
    protocol_version="1.0",
    protocol_hash="a" * 64,
    data_hash="b" * 64,
    software="equipoise 0.1.0",
    seed=None,
    allocation="actual",
)
DIFFERENCE = Estimate(
    id="change.difference.week-2",
    endpoint="change",
    analysis="difference",
    population="itt",
    visit="week-2",
    contrast="active - placebo",
    estimate=-1 / 3,
    std_error=0.1,
    n=30,
    converged=True,
)
COUNT = Estimate(
    id="flow.randomized",
    endpoint="flow",
    analysis="count",
    population="itt",
    estimate=30,
    n=30,
)
RESULTS = Results(
    provenance=PROVENANCE,
    estimates=(DIFFERENCE, COUNT),
    answers={"change": DIFFERENCE.id},
)


def test_an_endpoint_gives_its_answer_and_an_id_its_estimate() -> None:
    assert RESULTS["change"] is DIFFERENCE
    assert RESULTS[DIFFERENCE.id] is DIFFERENCE
    assert RESULTS["flow.randomized"] is COUNT


def test_an_unknown_name_is_refused_with_the_known_endpoints() -> None:
    with pytest.raises(AnalysisError, match="EQ450") as refusal:
        RESULTS["changes"]
    assert "change" in refusal.value.problems[0].fix


def test_nothing_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DIFFERENCE.estimate = 0.0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        RESULTS.estimates = ()  # type: ignore[misc]


def test_the_order_of_the_report_is_kept() -> None:
    assert list(RESULTS) == [DIFFERENCE, COUNT]


def test_select_asks_for_every_given_field() -> None:
    assert RESULTS.select(endpoint="flow") == (COUNT,)
    assert RESULTS.select(population="itt") == (DIFFERENCE, COUNT)
    assert RESULTS.select(population="itt", visit=None) == (COUNT,)
    assert RESULTS.select(endpoint="flow", visit="week-2") == ()


def test_the_frame_has_every_field_and_full_precision() -> None:
    frame = RESULTS.to_frame()
    assert list(frame.columns) == [field.name for field in fields(Estimate)]
    assert frame["estimate"].tolist() == [-1 / 3, 30]
    assert frame["id"].tolist() == [DIFFERENCE.id, COUNT.id]


def test_no_estimates_give_an_empty_frame_with_the_same_columns() -> None:
    frame = Results(provenance=PROVENANCE, estimates=()).to_frame()
    assert frame.empty
    assert list(frame.columns) == list(RESULTS.to_frame().columns)


def test_results_survive_json() -> None:
    content = json.loads(json.dumps(RESULTS.to_dict(), allow_nan=False))
    assert content["schema"] == RESULTS_SCHEMA
    assert content["provenance"]["data_hash"] == "b" * 64
    assert Estimate(**content["estimates"][0]) == DIFFERENCE
    assert content["answers"] == {"change": DIFFERENCE.id}


def test_results_print_the_answer_of_each_endpoint_and_where_the_rest_is() -> None:
    title, heads, row, hint = repr(RESULTS).split("\n")
    assert title == "Results of small 1.0: 2 estimates, actual allocation"
    assert heads.split() == [
        "endpoint", "analysis", "visit", "contrast", "estimate", "n",
    ]  # fmt: skip
    assert row.split() == [
        "change", "difference", "week-2", "active", "-", "placebo", "-0.3333", "30",
    ]  # fmt: skip
    assert "results.to_frame()" in hint
    page = RESULTS._repr_html_()
    assert "-0.3333" in page
    assert page.count("<tr") == 2


def test_results_without_an_answer_print_where_the_estimates_are() -> None:
    nothing = Results(provenance=PROVENANCE, estimates=(COUNT,))
    assert repr(nothing).split("\n")[0].endswith("1 estimates, actual allocation")
    assert len(repr(nothing).split("\n")) == 2
    assert "<table" not in nothing._repr_html_()
