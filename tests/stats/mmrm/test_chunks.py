"""Files and Dask dataframes: the digits of the frame in memory."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import equipoise as eq
from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import chunks, mmrm
from tests.stats.mmrm.fev import MODEL, small

dd = pytest.importorskip(
    "dask.dataframe", reason="dask is not installed (extra: scale)"
)


def frame_of(n: int = 300) -> pd.DataFrame:
    frame = small(4, n=n, visits=4).sort_values("id", kind="stable", ignore_index=True)
    frame.loc[::17, "y"] = np.nan
    frame["w"] = 1.0 + frame.index % 3
    frame["arm"] = pd.Categorical(frame["arm"], categories=["b", "a"])
    return frame


def same(one: Any, other: Any) -> None:
    # Sums in another order: the last digits differ.
    assert_allclose(one.log_likelihood, other.log_likelihood, rtol=1e-12)
    assert_allclose(one.beta, other.beta, rtol=1e-8, atol=1e-9)
    for name in ("std_error", "df"):
        assert_allclose(one.coefficients[name], other.coefficients[name], rtol=1e-6)
    pair = [each.emmeans("arm", by="visit") for each in (one, other)]
    assert_allclose(pair[0]["estimate"], pair[1]["estimate"], rtol=1e-8, atol=1e-9)
    assert one.levels == other.levels
    assert (one.n_rows, one.n_subjects) == (other.n_rows, other.n_subjects)


@pytest.mark.parametrize("rows", [1, 7, 100, 10**6])
def test_a_parquet_file_by_parts_of_any_size(tmp_path: Path, rows: int) -> None:
    frame = frame_of(60)
    frame.to_parquet(tmp_path / "trial.parquet")
    with patch.object(chunks, "ROWS", rows):
        large = eq.mmrm(MODEL, tmp_path / "trial.parquet", weights="w")
    usual = mmrm(MODEL, frame, weights="w")
    same(large, usual)
    assert large.excluded == len(usual.excluded)


@pytest.mark.parametrize(
    ("df", "vcov"),
    [
        ("kenward-roger", "model"),
        ("between-within", "model"),
        ("satterthwaite", "empirical"),
        ("satterthwaite", "empirical-bias-reduced"),
    ],
)
def test_a_folder_of_files_with_every_inference(
    tmp_path: Path, df: Any, vcov: Any
) -> None:
    frame = frame_of()
    people = frame["id"].unique()
    for number, some in enumerate(np.array_split(people, 3)):
        part = frame[frame["id"].isin(some)]
        part.to_parquet(tmp_path / f"part-{number}.parquet")
    with patch.object(chunks, "ROWS", 250):
        large = mmrm(MODEL, str(tmp_path), df=df, vcov=vcov)
    same(large, mmrm(MODEL, frame, df=df, vcov=vcov))


def test_a_dask_dataframe() -> None:
    frame = frame_of()
    large = mmrm(
        "y ~ x + arm * visit + cs(visit | arm / id)",
        dd.from_pandas(frame, npartitions=5),
    )
    same(large, mmrm("y ~ x + arm * visit + cs(visit | arm / id)", frame))


def test_proportional_means_count_the_rows(tmp_path: Path) -> None:
    frame = frame_of().assign(sex=lambda f: np.where(f["id"] < "20", "F", "M"))
    frame.to_parquet(tmp_path / "t.parquet")
    text = "y ~ sex + arm * visit + us(visit | id)"
    pair = [
        mmrm(text, where).emmeans("arm", by="visit", weights="proportional")["estimate"]
        for where in (frame, tmp_path / "t.parquet")
    ]
    assert_allclose(pair[0], pair[1], rtol=1e-8)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    frame = frame_of(40)
    (tmp_path / "text.parquet").write_text("no parquet")
    frame.sort_values("visit").to_parquet(tmp_path / "apart.parquet")
    frame.to_parquet(tmp_path / "good.parquet")
    frame.assign(y=np.nan).to_parquet(tmp_path / "empty.parquet")
    pd.concat([frame, frame.dropna().tail(1)]).to_parquet(tmp_path / "twice.parquet")
    spatial = "y ~ arm + sp_exp(x | id)"
    asks = [
        ("EQ410", MODEL, "text.parquet"),
        ("EQ410", MODEL, "absent.parquet"),
        ("EQ401", MODEL.replace("x", "z"), "good.parquet"),
        ("EQ407", spatial, "good.parquet"),
        ("EQ404", MODEL, "empty.parquet"),
        ("EQ403", MODEL, "twice.parquet"),
    ]
    for code, text, name in asks:
        with pytest.raises(AnalysisError) as refusal:
            mmrm(text, tmp_path / name)
        assert refusal.value.code == code, name
    with patch.object(chunks, "ROWS", 20), pytest.raises(AnalysisError) as refusal:
        mmrm(MODEL, tmp_path / "apart.parquet")
    assert refusal.value.code == "EQ410"
    fit = mmrm(MODEL, tmp_path / "good.parquet")
    for ask in (fit.residuals, fit.predict):
        with pytest.raises(AnalysisError, match="EQ407"):
            ask()
