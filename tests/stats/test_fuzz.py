"""Whatever is given to a statistic, the answer is a number or an error with a code.

Every public function of every package is called with each strange value in the place of
each of its arguments; a new function is covered when it is in its package's ``__all__``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.errors import EquipoiseError
from equipoise.stats.mmrm import mmrm, mmrm_batch, mmrm_design
from tests.stats.mmrm.fev import MODEL, small
from tests.stats.test_public_functions import FUNCTIONS

FRAME = small()
MODELS = ("mmrm", "mmrm_design", "mmrm_batch")
STRANGE: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "text": lambda: "abc",
    "bytes": lambda: b"ab",
    "empty": list,
    "one value": lambda: [1.0],
    "all missing": lambda: [np.nan] * 4,
    "infinite": lambda: [np.inf, 1, 2, 3.0],
    "objects": lambda: pd.Series([1, "x", None, 3], dtype=object),
    "nullable": lambda: pd.Series([1, None, 3, 4], dtype="Int64"),
    "truth with NA": lambda: pd.Series([True, None, False, True], dtype="boolean"),
    "decimal": lambda: [Decimal("1.5"), Decimal(2), Decimal(0), Decimal(1)],
    "categories": lambda: pd.Series(pd.Categorical(list("abab"), ["a", "b", "c"])),
    "time zone": lambda: pd.Series(pd.date_range("2020", periods=4, tz="UTC")),
    "lengths of time": lambda: pd.to_timedelta([1, 2, 3, 4], unit="D"),
    "multi-index": lambda: pd.Series(
        [1.0, 2, 3, 4], pd.MultiIndex.from_product([[1, 2], [1, 2]])
    ),
    "duplicate index": lambda: pd.Series([1.0, 0, 1, 0], index=[0, 0, 0, 0]),
    "two dimensions": lambda: np.ones((2, 2)),
    "ragged": lambda: [[1], [1, 2]],
    "dictionary": lambda: {"a": 1},
    "frame": lambda: pd.DataFrame({"a": [1.0, 2]}),
    "complex": lambda: [1j, 2, 3, 4],
    "numbers as text": lambda: ["1", "2", "3", "4"],
    "negative": lambda: [-1.0, -2, 0, 5],
    "generator": lambda: (i for i in range(3)),
    "set": lambda: {1, 2},
    "function": lambda: len,
    "large": lambda: 1e308,
    "integer beyond floats": lambda: 10**400,
    "not a number": lambda: float("nan"),
    "minus one": lambda: -1,
    "half": lambda: 0.5,
    "zeros and ones": lambda: [0, 1, 1, 0],
    "10,000 levels": lambda: np.arange(10_000.0),
}
SLOW = ("large", "10,000 levels")  # right, but too long for an exact test


def plain(annotation: str) -> Any:
    """A usual value of an argument."""
    if any(word in annotation for word in ("Array", "Matrix", "Sequence")):
        return [0, 1, 1, 0]
    if "int" in annotation:
        return 2
    return 1.5 if "float" in annotation else None


def answered(function: Callable[..., Any], *args: Any, **arguments: Any) -> None:
    """Calls it; anything but an answer or an error with a code is raised."""
    with np.errstate(all="ignore"), suppress(EquipoiseError):
        function(*args, **arguments)


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n not in MODELS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_a_strange_argument_is_answered_or_refused(name: str) -> None:
    _, function = FUNCTIONS[name]
    parameters = inspect.signature(function).parameters.values()
    needed = [each for each in parameters if each.default is each.empty]
    usual = {each.name: plain(str(each.annotation)) for each in needed}
    for value in (own for kind, own in STRANGE.items() if kind not in SLOW):
        answered(function, **{each.name: value() for each in needed})
        for each in parameters:
            answered(function, **{**usual, each.name: value()})


KINDS = st.sampled_from(
    [
        lambda c: c.astype(object),
        lambda c: c.astype(str),
        lambda c: c.astype("category"),
        lambda c: pd.Series(np.nan, c.index),
        lambda c: pd.Series(pd.NA, c.index, dtype="Int64"),
        lambda c: pd.Series(np.inf, c.index),
        lambda c: pd.Series(1, c.index),
        lambda c: pd.Series(range(len(c)), c.index),
        lambda c: pd.Series(range(len(c)), c.index).astype(str) + "x",
        lambda c: pd.Series(pd.date_range("2020", periods=len(c), tz="UTC"), c.index),
        lambda c: pd.to_timedelta(pd.Series(range(len(c)), c.index), unit="D"),
        lambda c: pd.Series([Decimal(i) for i in range(len(c))], c.index),
        lambda c: pd.Series([True, None] * len(c), dtype="boolean").iloc[: len(c)],
        lambda c: pd.Series([[i] for i in range(len(c))], c.index),
        lambda c: pd.Series([{"a": i} for i in range(len(c))], c.index),
        lambda c: pd.Series([i if i % 2 else "a" for i in range(len(c))], c.index),
        lambda c: pd.Series([(i, 1) for i in range(len(c))], c.index),
        lambda c: pd.Series([1j] * len(c), c.index),
        lambda c: pd.Series(pd.period_range("2020", periods=len(c)), c.index),
        lambda c: pd.Series(pd.interval_range(0, len(c), len(c)), c.index),
        lambda c: pd.Series(pd.Categorical(c, ordered=False)).cat.add_categories(["!"]),
    ]
)
SHAPES = st.sampled_from(
    [
        lambda f: f,
        lambda f: f.iloc[:0],
        lambda f: f.iloc[:1],
        lambda f: f.iloc[:5],
        lambda f: f.iloc[::-1],
        lambda f: f.set_axis([0] * len(f)),
        lambda f: f.set_index(["id", "visit"], drop=False).rename_axis([None, None]),
        lambda f: pd.concat([f, f]),
        lambda f: f.to_dict("list"),
        lambda f: f.rename(columns={"x": "y"}),
    ]
)
STRUCTURE = st.sampled_from(["us", "cs", "ar1", "toeph", "adh", "sp_exp"])


@given(st.sampled_from(["id", "visit", "arm", "x", "y"]), KINDS, SHAPES, STRUCTURE)
@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_frame_is_fitted_or_refused(
    name: str, kind: Any, shape: Any, structure: str
) -> None:
    frame = shape(FRAME.assign(**{name: kind(FRAME[name])}))
    model = MODEL.replace("us(", f"{structure}(")
    answered(mmrm, model, frame)
    if structure == "us":
        answered(mmrm_design, model, frame)


@given(st.text(alphabet="ya xvid~+*:|()/^-01`,=.Cloguspb", max_size=40))
@settings(max_examples=400)
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    answered(mmrm, text, FRAME)
    answered(mmrm, f"y ~ {text} + us(visit | id)", FRAME.iloc[:0])


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_arguments_of_the_models(kind: str) -> None:
    design = mmrm_design(MODEL, FRAME)
    outcomes = FRAME["y"].to_numpy()[None]
    answered(mmrm, STRANGE[kind](), FRAME)
    answered(mmrm, MODEL, STRANGE[kind]())
    for name in ("df", "vcov", "weights"):
        answered(mmrm, MODEL, FRAME, **{name: STRANGE[kind]()})
    answered(mmrm_design, MODEL, STRANGE[kind]())
    answered(mmrm_design, STRANGE[kind](), FRAME)
    answered(mmrm_batch, STRANGE[kind](), outcomes)
    answered(mmrm_batch, design, STRANGE[kind]())
    answered(mmrm_batch, design, outcomes, level=STRANGE[kind]())
