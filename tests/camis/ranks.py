"""Wilcoxon's rank-sum test of CAMIS: PROC NPAR1WAY and R wilcox.test."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.stats.ranks import hodges_lehmann, rank_sum_test
from tests.camis.printed import Method
from tests.shared_data import shared


def ours() -> Mapping[str, float | None]:
    """Smokers against others."""
    data = pd.read_csv(shared("data/camis_birthweight.csv"))
    x, y = (data.loc[data["grp"] == group, "bw"] for group in ("s", "ns"))
    corrected = rank_sum_test(x, y, method="normal")
    plain = rank_sum_test(x, y, method="normal", correction=False)
    moses, exact, root = (
        hodges_lehmann(x, y, method=method)  # type: ignore[arg-type]
        for method in ("moses", "exact", "r-root")
    )
    return {
        "statistic": corrected.rank_sum,
        "W": corrected.u,
        "z-cc": corrected.z,
        "p-cc": corrected.p,
        "p-cc.t": rank_sum_test(x, y, method="t").p,
        "z": plain.z,
        "p": plain.p,
        "p.t": rank_sum_test(x, y, method="t", correction=False).p,
        "exact.p": rank_sum_test(x, y, method="exact").p,
        "exact.p-one": rank_sum_test(x, y, method="exact", alternative="less").p,
        "hl": moses.estimate,
        "hl.moses.lower": moses.lower,
        "hl.moses.upper": moses.upper,
        "hl.se": moses.std_error,
        "hl.exact.lower": exact.lower,
        "hl.exact.upper": exact.upper,
        "r.hl": root.estimate,
        "r.hl.lower": root.lower,
        "r.hl.upper": root.upper,
    }


METHOD = Method(
    file="wilcoxon_ranksum",
    title="Wilcoxon rank-sum test and Hodges-Lehmann shift",
    call='rank_sum_test(smokers, others, method="exact")\n'
    'hodges_lehmann(smokers, others, method="moses")',
    ours=ours,
    why=(
        "SAS's exact P value counts ties; R's `wilcox.test` has none with ties, and "
        "`scipy.stats.mannwhitneyu` ignores them.",
        "SAS's shift is the median of the differences; R searches the root of a step "
        "function and stops at 1e-4. Both are here, by name.",
    ),
)
