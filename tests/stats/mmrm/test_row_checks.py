"""Nothing is silently wrong at the door of the mixed model: refused, or told."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small

FRAME = small()
Change = Callable[[pd.DataFrame], pd.DataFrame]


def swapped(text: str, values: Any, at: int = 4) -> pd.DataFrame:
    """A column with one value of another kind."""
    column = FRAME[text].round(1).astype(str).to_list()
    column[at] = values
    return FRAME.assign(**{text: pd.Series(column, dtype=object)})


REFUSED: dict[str, tuple[pd.DataFrame, str, str]] = {
    "a point among numbers": (swapped("x", "."), "EQ402", "'x' is text, and 63 of 64"),
    "not done": (swapped("x", "ND"), "EQ402", "'ND'"),
    "below a limit": (swapped("y", "<5"), "EQ402", "'<5'"),
    "decimal comma": (swapped("x", "12,5"), "EQ402", "'12,5'"),
    "numbers as text": (FRAME.assign(x=FRAME["x"].astype(str)), "EQ402", "all of its"),
    "text and numbers": (
        FRAME.assign(x=["a" if i == 3 else i for i in range(len(FRAME))]),
        "EQ402",
        "mixes",
    ),
    "names": (FRAME.assign(x="name " + FRAME["id"]), "EQ413", "24 different values"),
    "dates": (
        FRAME.assign(x=pd.Timestamp("2026-01-01", tz="Europe/Oslo")),
        "EQ413",
        "dates",
    ),
    "infinite": (
        FRAME.assign(x=np.where(FRAME.index == 3, np.inf, 1.0)),
        "EQ402",
        "inf",
    ),
    "complex": (FRAME.assign(x=1j), "EQ402", "x"),
    "empty": (FRAME.iloc[:0], "EQ404", "no row"),
    "all missing": (FRAME.assign(y=np.nan), "EQ404", "no row"),
    "one row": (FRAME.iloc[:1], "EQ404", "two levels"),
    "lists": (FRAME.assign(x=[[1]] * len(FRAME)), "EQ402", "x"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str) -> None:
    frame, code, text = REFUSED[name]
    with pytest.raises(AnalysisError, match=code) as refusal:
        mmrm(MODEL, frame)
    assert text in str(refusal.value)


def test_the_rows_that_are_no_numbers_are_shown() -> None:
    with pytest.raises(AnalysisError) as refusal:
        mmrm(MODEL, swapped("x", "."))
    records = refusal.value.records
    assert records is not None
    assert list(records.index) == [4]


SAME: dict[str, Change] = {
    "nullable": lambda f: f.assign(
        y=f["y"].astype("Float64"), x=f["x"].astype("Float64")
    ),
    "decimal": lambda f: f.assign(x=[Decimal(repr(v)) for v in f["x"]]),
    "objects": lambda f: f.astype({"x": object, "y": object}),
    "duplicate index": lambda f: f.set_axis([0] * len(f)),
    "multi-index": lambda f: f.set_index(["id", "visit"], drop=False).rename_axis(
        ["a", "b"]
    ),
    "unused levels": lambda f: f.assign(
        arm=pd.Categorical(f["arm"], categories=["a", "z", "b"])
    ),
    "shuffled": lambda f: f.sample(frac=1, random_state=1),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_numbers_however_they_are_stored(name: str) -> None:
    ours = mmrm(MODEL, SAME[name](FRAME)).beta
    np.testing.assert_allclose(ours, mmrm(MODEL, FRAME).beta, rtol=1e-9, atol=1e-12)


def test_truth_values_are_a_factor_nullable_or_not() -> None:
    flag = FRAME["arm"] == "b"
    plain = mmrm(MODEL, FRAME.assign(arm=flag)).beta
    np.testing.assert_array_equal(
        mmrm(MODEL, FRAME.assign(arm=flag.astype("boolean"))).beta, plain
    )
    missing = flag.astype("boolean")
    missing[3] = pd.NA
    assert len(mmrm(MODEL, FRAME.assign(arm=missing)).excluded) == 1


@pytest.mark.parametrize(
    "structure", ["ar1", "ar1h", "toep", "toeph", "ad", "adh", "us"]
)
def test_text_visits_have_the_order_of_their_numbers(structure: str) -> None:
    """Peers: openpharma/rbmi#345, openpharma/mmrm#217; the reference is a factor."""
    model = MODEL.replace("us(", f"{structure}(")
    names = {"v0": "Week 2", "v1": "Week 12", "v2": "Week 104"}
    text = FRAME.assign(visit=FRAME["visit"].map(names))
    factor = text.assign(visit=pd.Categorical(text["visit"], list(names.values())))
    unsorted = text.assign(visit=text["visit"].astype("category"))  # by the alphabet
    wanted = mmrm(model, factor)
    assert wanted.warnings == ()
    for frame in (text, unsorted):
        fit = mmrm(model, frame)
        assert fit.visits == tuple(names.values())
        assert fit.log_likelihood == pytest.approx(wanted.log_likelihood, rel=1e-12)
        assert "Week 2, Week 12, Week 104" in " ".join(fit.warnings)


def test_an_unknown_order_is_refused_where_it_counts() -> None:
    names = {"v0": "baseline", "v1": "Week 4", "v2": "Week 12"}
    frame = FRAME.assign(visit=FRAME["visit"].map(names))
    for structure in ("ar1", "ar1h", "toep", "toeph", "ad", "adh"):
        with pytest.raises(AnalysisError, match=r"EQ414(.|\n)*pd\.Categorical"):
            mmrm(MODEL.replace("us(", f"{structure}("), frame)
    fit = mmrm(MODEL, frame)
    assert fit.visits == ("baseline", "Week 4", "Week 12")
    assert "order of the visits" in " ".join(fit.warnings)


def test_doses_in_sequence_never_follow_the_alphabet() -> None:
    doses = np.array(["5 mg", "25 mg", "100 mg"])[FRAME["id"].astype(int) % 3]
    model = MODEL.replace("arm", "dose")
    fit = mmrm(model, FRAME.assign(dose=doses))
    table = fit.contrasts("dose", kind="sequential")
    assert table["contrast"].tolist() == ["25 mg - 5 mg", "100 mg - 25 mg"]
    words = np.array(["low", "middle", "high"])[FRAME["id"].astype(int) % 3]
    with pytest.raises(AnalysisError, match="EQ414"):
        mmrm(model, FRAME.assign(dose=words)).contrasts("dose", kind="sequential")


@given(st.permutations([f"week {n}" for n in (1, 2, 4, 8, 10, 12, 24, 100)]))
@settings(max_examples=15)
def test_names_of_visits_never_change_a_number(names: list[str]) -> None:
    """Three visits with any names and their numbers in order: one likelihood."""
    chosen = sorted(names[:3], key=lambda name: int(name.split()[1]))
    frame = FRAME.assign(
        visit=FRAME["visit"].map(dict(zip(("v0", "v1", "v2"), chosen, strict=True)))
    )
    model = MODEL.replace("us(", "ar1(")
    fit = mmrm(model, frame)
    assert fit.visits == tuple(chosen)
    assert fit.deviance == pytest.approx(mmrm(model, FRAME).deviance, rel=1e-10)


def unrated(kind: str) -> pd.DataFrame:
    """Four visits, the third without an outcome: text, numbers or categories."""
    frame = small(n=40, visits=4)
    frame.loc[frame["visit"] == "v2", "y"] = np.nan
    if kind == "numbers":
        frame["visit"] = frame["visit"].str[1:].astype(int)
    if kind == "categories":
        frame = frame[frame["visit"] != "v2"]
        frame["visit"] = pd.Categorical(frame["visit"], ["v0", "v1", "v2", "v3"])
    return frame


@pytest.mark.parametrize("structure", ["ar1", "ar1h", "toep", "toeph", "ad", "adh"])
@pytest.mark.parametrize("kind", ["text", "numbers"])
def test_a_visit_that_nobody_attended_keeps_its_place(
    structure: str, kind: str, tmp_path: Path
) -> None:
    """Peers: openpharma/mmrm#170; the categories are compared with nlme in test_fit."""
    model = MODEL.replace("us(", f"{structure}(")
    wanted = mmrm(model, unrated("categories")).deviance
    frame = unrated(kind)
    fit = mmrm(model, frame)
    assert fit.deviance == pytest.approx(wanted, rel=1e-10)
    assert str(frame["visit"].unique()[2]) in " ".join(fit.warnings)
    frame.to_parquet(tmp_path / "rows.parquet")
    parts = mmrm(model, tmp_path / "rows.parquet")
    assert parts.deviance == pytest.approx(wanted, rel=1e-8)
    assert parts.warnings == fit.warnings


def test_numbered_visits_with_a_gap_are_told() -> None:
    frame = unrated("numbers").dropna()
    assert "not equally spaced" in " ".join(
        mmrm(MODEL.replace("us(", "ar1("), frame).warnings
    )
    assert mmrm(MODEL, frame).warnings == ()


@pytest.mark.parametrize("structure", ["us", "cs", "ar1", "ad", "toep"])
def test_measured_times_are_no_visits(structure: str) -> None:
    """Peers: openpharma/mmrm#217, #220; 24 GiB were asked for once."""
    frame = small(n=60)
    noise = stream(217, "times").normal(0, 1, len(frame))
    frame = frame.assign(t=frame["visit"].str[1:].astype(float) * 7 + noise)
    model = f"y ~ arm * visit + {structure}(t | id)"
    with pytest.raises(AnalysisError, match=r"EQ415(.|\n)*sp_exp\(t \| id\)"):
        mmrm(model, frame)
    whole = frame.assign(t=frame["t"].round())
    whole = whole.drop_duplicates(["id", "t"])
    if structure == "cs":
        assert "sp_exp(t | id)" in " ".join(mmrm(model, whole).warnings)


def test_a_participant_in_two_arms_or_with_two_baselines_is_told() -> None:
    frame = FRAME.assign(x=FRAME.groupby("id")["x"].transform("first"))
    assert mmrm(MODEL, frame).warnings == ()
    other = np.where(frame.index == 4, "a", frame["arm"])
    text = " ".join(mmrm(MODEL, frame.assign(arm=other)).warnings)
    assert "arm has several values in 1 of" in text
    assert frame.loc[4, "id"] in text
    two = np.where(frame.index == 4, 99.0, frame["x"])
    assert "x has several values" in " ".join(mmrm(MODEL, frame.assign(x=two)).warnings)


def test_an_arm_of_numbers_says_how_it_becomes_a_factor() -> None:
    """Peers: rvlenth/emmeans#226."""
    frame = FRAME.assign(arm=(FRAME["arm"] == "b").astype(int))
    with pytest.raises(AnalysisError, match=r"C\(arm\)"):
        mmrm(MODEL, frame).contrasts("arm", by="visit")
    fit = mmrm(MODEL.replace("arm", "C(arm)"), frame)
    table = fit.contrasts("arm", by="visit", reference=0)
    wanted = mmrm(MODEL, FRAME).contrasts("arm", by="visit", reference="a")
    np.testing.assert_allclose(table["estimate"], wanted["estimate"], rtol=1e-12)


def test_ten_thousand_levels_are_refused_before_memory_is_asked_for() -> None:
    rows = pd.DataFrame(
        {"id": np.arange(40_000) // 2, "visit": [1, 2] * 20_000, "y": 1.0}
    )
    rows["site"] = pd.Categorical(rows["id"] % 10_000)
    with pytest.raises(AnalysisError, match="EQ404"):
        mmrm("y ~ site * visit + cs(visit | id)", rows)
