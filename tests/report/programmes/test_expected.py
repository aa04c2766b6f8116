import pytest

from equipoise.analyze.result import Estimate, Provenance, Results
from equipoise.report.programmes.expected import number, numbers, of_endpoint


def estimate(**fields: object) -> Estimate:
    shared = {"id": "a", "endpoint": "e", "analysis": "difference", "population": "itt"}
    return Estimate(**{**shared, **fields})  # type: ignore[arg-type]


def test_a_number_has_five_significant_digits_and_its_id() -> None:
    found = list(numbers("x", estimate(estimate=-8.590306, p=0.0164317, df=27.0)))
    assert [(n.name, n.text, n.id) for n in found] == [
        ("x: estimate", "-8.5903", "a"),
        ("x: df", "27", "a"),
        ("x: P", "0.016432", "a"),
    ]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_not_known_is_not_expected(value: float | None) -> None:
    assert list(number("x", value, "a")) == []


def test_estimates_without_a_number_are_left_out() -> None:
    rows = (
        estimate(id="a", estimate=1.0),
        estimate(id="b"),
        estimate(id="c", analysis="fisher", p=0.5),
        estimate(id="d", endpoint="f", estimate=1.0),
        estimate(id="e", analysis="other", estimate=1.0),
    )
    about = Provenance(
        protocol="p", protocol_version="1", protocol_hash="h", data_hash="h",
        software="s", seed=None, allocation="actual", virtual=True, accepted=(),
    )  # fmt: skip
    results = Results(provenance=about, estimates=rows)
    found = of_endpoint(results, "e", "difference", "fisher")
    assert [row.id for row in found] == ["a", "c"]
