"""Each instrument of the library against forms that were scored by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import equipoise
from equipoise.errors import InstrumentError
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score, score_forms
from tests.reference_results import reference

FOLDER = Path(equipoise.__file__).parent / "library" / "instruments"
INSTRUMENTS = {
    path.stem: parse_instrument(path.read_text("utf-8"), origin=path.name)
    for path in sorted(FOLDER.glob("*.toml"))
}
every_instrument = pytest.mark.parametrize("name", INSTRUMENTS)


def forms_of(instrument: Instrument, cases: list[dict[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(cases, columns=list(instrument.items), dtype=float)


def random_forms(instrument: Instrument, *, seed: int, n_forms: int) -> pd.DataFrame:
    shape = (n_forms, len(instrument.items))
    place = np.random.Generator(np.random.PCG64(seed)).random(shape)
    values = [
        np.array(item.allowed)[(place[:, column] * len(item.allowed)).astype(int)]
        for column, item in enumerate(instrument.items.values())
    ]
    return pd.DataFrame(np.array(values, dtype=float).T, columns=[*instrument.items])


def test_the_shelf_is_complete() -> None:
    assert set(INSTRUMENTS) == {
        "caps5", "pcl5", "iesr", "madrs", "qids_sr16", "cadss", "bprs_positive",
        "ymrs", "cgi_s", "cgi_i", "hamd17", "bdi2", "moaas",
    }  # fmt: skip


@every_instrument
def test_file_and_instrument_have_one_name(name: str) -> None:
    assert INSTRUMENTS[name].id == name


@every_instrument
def test_no_licensed_wording_is_shipped(name: str) -> None:
    licence = INSTRUMENTS[name].licence  # a wording is in a file beside the instrument
    assert not licence.wording_shipped or "public domain" in licence.owner
    for item in INSTRUMENTS[name].items.values():
        assert len(item.label) <= 30
        assert "?" not in item.label


@pytest.mark.reference
@every_instrument
def test_scores_agree_with_a_hand_computed_example(name: str) -> None:
    made = reference(f"instruments/{name}")
    instrument = INSTRUMENTS[name]
    forms = forms_of(instrument, [case["answers"] for case in made["cases"]])
    expected = pd.DataFrame([case["scores"] for case in made["cases"]], dtype=float)
    assert set(expected.columns) == set(instrument.scores)
    pd.testing.assert_frame_equal(
        score_forms(instrument, forms),
        expected[list(instrument.scores)],
        rtol=made["rtol"],
        atol=0,
    )


@pytest.mark.reference
@every_instrument
def test_the_long_table_gives_the_same_scores(name: str) -> None:
    instrument = INSTRUMENTS[name]
    cases = reference(f"instruments/{name}")["cases"]
    rows = [
        (case["form"], "week2", pd.NA, name, item, value)
        for case in cases
        for item, value in case["answers"].items()
        if value is not None
    ]
    columns = ["participant", "visit", "timepoint_min", "instrument", "item", "value"]
    answers = pd.DataFrame(rows, columns=columns)
    found = score(answers, INSTRUMENTS).pivot(
        index="participant", columns="score", values="value"
    )
    for case in cases:
        if any(value is not None for value in case["answers"].values()):
            for score_id in instrument.scores:
                value = case["scores"][score_id]
                expected = np.nan if value is None else value
                assert found.loc[case["form"], score_id] == pytest.approx(
                    expected, nan_ok=True
                )


@pytest.mark.property
@every_instrument
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_every_score_of_a_complete_form_is_in_its_range(name: str, seed: int) -> None:
    instrument = INSTRUMENTS[name]
    scores = score_forms(instrument, random_forms(instrument, seed=seed, n_forms=50))
    for score_id, rule in instrument.scores.items():
        assert scores[score_id].between(*rule.range).all()


@pytest.mark.property
@every_instrument
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_order_of_rows_and_columns_does_not_matter(name: str, seed: int) -> None:
    instrument = INSTRUMENTS[name]
    forms = random_forms(instrument, seed=seed, n_forms=20)
    shuffled = forms.sample(frac=1, random_state=seed % 2**32)
    shuffled = shuffled.sample(frac=1, axis="columns", random_state=seed % 2**32)
    pd.testing.assert_frame_equal(
        score_forms(instrument, shuffled).loc[forms.index],
        score_forms(instrument, forms),
    )


@pytest.mark.property
@every_instrument
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_a_higher_answer_never_lowers_a_score(
    name: str, seed: int, data: st.DataObject
) -> None:
    instrument = INSTRUMENTS[name]
    forms = random_forms(instrument, seed=seed, n_forms=20)
    item = data.draw(st.sampled_from(list(instrument.items)))
    higher = forms.assign(**{item: float(instrument.items[item].allowed[-1])})
    before, after = score_forms(instrument, forms), score_forms(instrument, higher)
    assert (after >= before).all(axis=None)


@pytest.mark.property
@every_instrument
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_a_missing_answer_takes_its_scores_and_no_others(
    name: str, seed: int, data: st.DataObject
) -> None:
    instrument = INSTRUMENTS[name]
    forms = random_forms(instrument, seed=seed, n_forms=5)
    item = data.draw(st.sampled_from(list(instrument.items)))
    scores = score_forms(instrument, forms.assign(**{item: np.nan}))
    for score_id in instrument.scores:
        lost = (item,) in instrument.answers_needed(score_id)
        assert scores[score_id].isna().eq(lost).all()


@pytest.mark.property
@pytest.mark.parametrize("name", ["caps5", "pcl5"])
@given(seed=st.integers(0, 2**32))
def test_clusters_add_up_to_the_total(name: str, seed: int) -> None:
    instrument = INSTRUMENTS[name]
    scores = score_forms(instrument, random_forms(instrument, seed=seed, n_forms=20))
    clusters = scores[["b", "c", "d", "e"]].sum(axis="columns")
    assert clusters.tolist() == scores["total"].tolist()


@pytest.mark.property
@given(seed=st.integers(0, 2**32))
def test_subscales_of_the_iesr_add_up_to_the_total(seed: int) -> None:
    instrument = INSTRUMENTS["iesr"]
    scores = score_forms(instrument, random_forms(instrument, seed=seed, n_forms=20))
    parts = scores[["intrusion_sum", "avoidance_sum", "hyperarousal_sum"]]
    assert parts.sum(axis="columns").tolist() == scores["total"].tolist()


@every_instrument
def test_an_answer_outside_the_range_of_any_item_is_refused(name: str) -> None:
    instrument = INSTRUMENTS[name]
    for item_id, item in instrument.items.items():
        for wrong in (item.range[0] - 1, item.range[1] + 1, item.range[0] + 0.5):
            with pytest.raises(InstrumentError, match="EQ212"):
                score_forms(instrument, pd.DataFrame({item_id: [float(wrong)]}))
