"""One door for tables: the same numbers from whatever holds them, or EQ412."""

from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.frames import as_frame
from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small

FRAME = small()


def tables() -> dict[str, Any]:
    """The same rows in each kind of table."""
    kinds: dict[str, Any] = {
        "dictionary": FRAME.to_dict("list"),
        "records": FRAME.to_dict("records"),
        "structured array": FRAME.to_records(index=False),
        "narwhals": nw.from_native(FRAME),
        "lazy narwhals": nw.from_native(FRAME).lazy(),
    }
    pa = pytest.importorskip("pyarrow")
    kinds["pyarrow"] = pa.Table.from_pandas(FRAME)
    try:
        import polars  # type: ignore[import-not-found]  # where somebody has it
    except ImportError:
        return kinds
    return kinds | {
        "polars": polars.from_pandas(FRAME),
        "lazy polars": polars.from_pandas(FRAME).lazy(),
    }


@pytest.mark.parametrize("kind", tables())
def test_every_table_gives_the_same_fit(kind: str) -> None:
    fit = mmrm(MODEL, tables()[kind])
    np.testing.assert_array_equal(fit.beta, mmrm(MODEL, FRAME).beta)


def test_files_and_dask_give_the_same_fit(tmp_path: Path) -> None:
    dask = pytest.importorskip("dask.dataframe")
    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    FRAME.to_parquet(tmp_path / "rows.parquet")
    ours = mmrm(MODEL, FRAME).beta
    for source in (
        tmp_path / "rows.csv",
        str(tmp_path / "rows.parquet"),
        dask.from_pandas(FRAME, npartitions=1, sort=False),
    ):
        frame = FRAME if str(source).endswith("csv") else None
        beta = mmrm(MODEL, source).beta
        # Ids of the file are numbers ("01" is 1), and parts are summed apart.
        np.testing.assert_allclose(beta, ours, rtol=1e-7, atol=1e-9)
        assert frame is None or len(as_frame(source)) == len(frame)


@pytest.mark.parametrize(
    "data",
    [
        None,
        3.5,
        [],
        [1, 2],
        np.ones((3, 3)),
        FRAME["y"],
        iter([1]),
        object(),
        {"y": [1, 2], "x": [1]},
        pd.DataFrame(
            np.ones((2, 2)), columns=pd.MultiIndex.from_tuples([(1, 2), (3, 4)])
        ),
        pd.DataFrame(np.ones((2, 6)), columns=["id", "visit", "arm", "x", "y", "y"]),
    ],
)
def test_what_is_no_table_is_refused(data: Any) -> None:
    with pytest.raises(AnalysisError, match="EQ412"):
        mmrm(MODEL, data)


def test_weights_as_in_r() -> None:
    """A column, an array or a series of weights; a series is matched by its index."""
    weights = pd.Series(np.linspace(1, 2, len(FRAME)), FRAME.index)
    wanted = mmrm(MODEL, FRAME.assign(w=weights), weights="w").beta
    for own in (weights, weights.to_numpy(), list(weights), weights.iloc[::-1]):
        np.testing.assert_array_equal(mmrm(MODEL, FRAME, weights=own).beta, wanted)


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([1.0, 2.0], "EQ412"),
        (np.ones((len(FRAME), 2)), "EQ412"),
        (pd.Series(np.ones(len(FRAME)), range(1, len(FRAME) + 1)), "EQ412"),
        (3.0, "EQ412"),
        (["a"] * len(FRAME), "EQ402"),
        ([0.0] * len(FRAME), "EQ402"),
        ("absent", "EQ401"),
    ],
)
def test_weights_that_do_not_belong_to_the_rows(weights: Any, code: str) -> None:
    with pytest.raises(AnalysisError, match=code):
        mmrm(MODEL, FRAME, weights=weights)
