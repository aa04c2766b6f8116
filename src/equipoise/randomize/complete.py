"""Complete randomization."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def complete(n: int, ratios: Mapping[str, int], rng: np.random.Generator) -> list[str]:
    """Independent draws with probabilities in the allocation ratio.

    Args:
        n: places wanted, >= 0.
        ratios: arm -> positive share.
        rng: generator, such as ``stream(seed, "randomize")``.

    Returns:
        ``n`` arm ids in the order of the list.

    Example:
        >>> from equipoise.numerics.rng import stream
        >>> complete(6, {"drug": 2, "placebo": 1}, stream(1, "randomize"))
        ['drug', 'drug', 'placebo', 'placebo', 'placebo', 'drug']

    Source:
        Rosenberger & Lachin 2016, Randomization in Clinical Trials, section 3.2.
    """
    shares = np.array(list(ratios.values()), dtype=float)
    arms = list(ratios)
    return [arms[i] for i in rng.choice(len(arms), size=n, p=shares / shares.sum())]
