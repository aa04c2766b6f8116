"""Functions of columns in a formula: R's values, the same fit, and what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.formula import parse
from tests.stats.mmrm.fev import MODEL, small

R = json.loads(
    (Path(__file__).parent / "transforms" / "poly_bs.json").read_text("utf-8")
)
FRAME = small().assign(z=lambda f: np.exp(f["x"]))


@pytest.mark.parametrize("case", R["cases"], ids=lambda case: case["term"])
def test_polynomials_and_splines_are_those_of_r(case: dict[str, Any]) -> None:
    ((_, own),) = parse(f"y ~ {case['term']} + us(v | i)").functions
    fitted = own.fitted(pd.DataFrame({"x": R["x"]}))
    for x, wanted in ((R["x"], case["values"]), (R["at"], case["later"])):
        values = fitted.values({"x": np.array(x)})
        np.testing.assert_allclose(values, wanted, rtol=R["rtol"], atol=1e-12)


@pytest.mark.parametrize(
    ("term", "column"),
    [
        ("log(z)", np.log(FRAME["z"])),
        ("np.log(z)", np.log(FRAME["z"])),
        ("sqrt(z)", np.sqrt(FRAME["z"])),
        ("exp(x)", np.exp(FRAME["x"])),
        ("I(x**2 + 1)", FRAME["x"] ** 2 + 1),
        ("I(x^2 + 1)", FRAME["x"] ** 2 + 1),
        ("I(-x / (z + 2e0))", -FRAME["x"] / (FRAME["z"] + 2)),
        ("center(x)", FRAME["x"] - FRAME["x"].mean()),
        ("scale(x)", (FRAME["x"] - FRAME["x"].mean()) / FRAME["x"].std()),
    ],
)
def test_a_function_is_the_column_made_by_hand(term: str, column: pd.Series) -> None:
    ours = mmrm(MODEL.replace("x", term), FRAME)
    by_hand = mmrm(MODEL.replace("x", "own"), FRAME.assign(own=column))
    np.testing.assert_allclose(ours.beta, by_hand.beta, rtol=1e-9)
    table = ours.test_terms()
    np.testing.assert_allclose(table["F"], by_hand.test_terms()["F"], rtol=1e-9)
    expected = ours.predict(FRAME)["estimate"]
    np.testing.assert_allclose(
        expected, by_hand.predict(FRAME.assign(own=column))["estimate"], rtol=1e-9
    )


def test_a_polynomial_is_one_term_with_its_degrees_of_freedom() -> None:
    ours = mmrm(MODEL.replace("x", "poly(x, 2)"), FRAME)
    raw = mmrm(MODEL.replace("x", "x + I(x**2)"), FRAME)
    row = ours.test_terms().set_index("term").loc["poly(x, 2)"]
    columns = [raw.terms.index(name) for name in ("x", "I(x^2)")]
    L = np.eye(len(raw.terms))[columns]
    joint = raw.test(L)
    assert row["num_df"] == 2
    assert row["F"] == pytest.approx(float(joint["F"].iloc[0]), rel=1e-6)


def test_means_are_at_the_mean_of_the_column_as_in_r_emmeans() -> None:
    """R emmeans: log(z) stands at the logarithm of the mean of z."""
    fit = mmrm(MODEL.replace("x", "log(z)"), FRAME)
    at_mean = fit.emmeans("arm", at={"z": float(FRAME["z"].mean())})
    pd.testing.assert_frame_equal(fit.emmeans("arm"), at_mean)
    slope = fit.beta["log(z)"]
    higher = fit.emmeans("arm", at={"z": float(FRAME["z"].mean()) * np.e})
    np.testing.assert_allclose(
        higher["estimate"] - at_mean["estimate"], slope, rtol=1e-9
    )


def test_an_offset_has_the_coefficient_one() -> None:
    fit = mmrm(MODEL.replace("x", "x + offset(z)"), FRAME)
    less = mmrm(MODEL, FRAME.assign(y=FRAME["y"] - FRAME["z"]))
    np.testing.assert_allclose(fit.beta, less.beta, rtol=1e-10)
    mean = FRAME["z"].mean()
    np.testing.assert_allclose(
        fit.emmeans("arm")["estimate"], less.emmeans("arm")["estimate"] + mean
    )
    np.testing.assert_allclose(
        fit.predict()["estimate"], less.predict()["estimate"] + FRAME["z"]
    )
    other = FRAME.assign(z=FRAME["z"] + 1)
    np.testing.assert_allclose(
        fit.predict(other)["estimate"], fit.predict(FRAME)["estimate"] + 1
    )


def test_names_of_any_alphabet_and_between_back_quotes() -> None:
    frame = FRAME.rename(
        columns={"y": "CAPS-5 total", "x": "Größe", "visit": "визит", "arm": "a:b"}
    )
    model = "`CAPS-5 total` ~ Größe + `a:b` * визит + us(визит | id)"
    fit = mmrm(model, frame)
    np.testing.assert_allclose(fit.beta, mmrm(MODEL, FRAME).beta, rtol=1e-12)
    assert "a:b[T.b]:визит[T.v1]" in fit.terms


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("log(x)", "EQ416"),
        ("sqrt(x)", "EQ416"),
        ("I(1 / (x - x))", "EQ416"),
        ("bs(x, knots=c(-99))", "EQ416"),
        ("poly(x, 60)", "EQ404"),
        ("log(arm)", "EQ402"),
        ("log(absent)", "EQ401"),
    ],
)
def test_what_is_not_defined_is_refused_with_the_rows(term: str, code: str) -> None:
    with pytest.raises(AnalysisError, match=code) as refusal:
        mmrm(MODEL.replace("x +", f"{term} +"), FRAME)
    if term == "log(x)":
        assert refusal.value.records is not None
        assert len(refusal.value.records) == int((FRAME["x"] <= 0).sum())


@pytest.mark.parametrize("term", ["poly(x, 2)", "bs(x)", "scale(x)", "x + offset(z)"])
def test_what_needs_all_rows_is_refused_for_a_file(term: str, tmp_path: Path) -> None:
    FRAME.to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(AnalysisError, match="EQ407"):
        mmrm(MODEL.replace("x", term), tmp_path / "rows.parquet")
    in_parts = mmrm(MODEL.replace("x", "log(z)"), tmp_path / "rows.parquet")
    whole = mmrm(MODEL.replace("x", "log(z)"), FRAME)
    np.testing.assert_allclose(in_parts.beta, whole.beta, rtol=1e-7)
