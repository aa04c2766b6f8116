"""A template gives the digits of ``mmrm``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.template import FIELDS, Template

TEXT = "y ~ arm * visit + base + base:visit + us(visit | participant)"
ASKED = {"factor": "arm", "a": "b", "b": "a", "by": "visit", "at": 2}
TEMPLATE = Template.of(TEXT, {"arm": ("a", "b"), "visit": (0, 1, 2)}, ("base",), ASKED)


def trial(seed: int, n: int = 24, missing: float = 0.15) -> pd.DataFrame:
    rng = stream(seed, "template")
    base = rng.normal(40, 6, n)
    arm = rng.permutation(np.arange(n) % 2)
    own = rng.normal(0, 4, n)
    frame = pd.DataFrame(
        [
            (p, arm[p], v, base[p], own[p] - 3 * v * arm[p] + rng.normal(0, 3))
            for p in range(n)
            for v in range(3)
        ],
        columns=["participant", "arm", "visit", "base", "y"],
    )
    return frame[rng.random(len(frame)) > missing].reset_index(drop=True)


def fitted(frame: pd.DataFrame):  # type: ignore[no-untyped-def]
    people = np.unique(frame["participant"], return_inverse=True)[1]
    codes = {name: frame[name].to_numpy(np.intp) for name in ("arm", "visit")}
    return TEMPLATE.fit(
        codes,
        {"base": frame["base"].to_numpy()},
        frame["y"].to_numpy(),
        people.astype(np.intp),
        codes["visit"],
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_digits_of_mmrm(seed: int) -> None:
    frame = trial(seed)
    found = fitted(frame)
    own = frame.assign(
        arm=pd.Categorical(frame["arm"].map({0: "a", 1: "b"}), categories=["a", "b"]),
        visit=pd.Categorical(frame["visit"], categories=[0, 1, 2]),
    )
    row = mmrm(TEXT, own).contrasts("arm", by="visit", reference="a").iloc[-1]
    assert found is not None
    for name in FIELDS:
        assert found[name] == pytest.approx(row[name], rel=1e-8), name


def test_what_a_template_cannot_answer_it_leaves_to_mmrm() -> None:
    frame = trial(1)
    assert fitted(frame[frame["visit"] < 2].reset_index(drop=True)) is None
    flat = frame.assign(y=frame["participant"].map(lambda p: float(p)))
    assert fitted(flat) is None
