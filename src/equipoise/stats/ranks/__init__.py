"""Rank tests: two groups, strata, pairs, several groups, trend; shifts and win probability.

Example:
    >>> from equipoise.stats.ranks import hodges_lehmann
    >>> shift = hodges_lehmann([1.1, 2.0, 2.4, 3.5, 2.2], [2.1, 4.1, 5.0, 6.2])
    >>> round(shift.estimate, 2), round(shift.lower, 2), round(shift.upper, 2)
    (-2.35, -4.2, 0.3)
"""

from equipoise.stats.ranks.rank_sum import RankSum, rank_sum_test
from equipoise.stats.ranks.several_groups import (
    RankAnova,
    RankTrend,
    friedman,
    jonckheere_terpstra,
    kruskal_wallis,
)
from equipoise.stats.ranks.shift import Shift, hodges_lehmann
from equipoise.stats.ranks.signed_rank import (
    PseudoMedian,
    SignedRank,
    pseudo_median,
    signed_rank_test,
)
from equipoise.stats.ranks.stratified import VanElteren, van_elteren
from equipoise.stats.ranks.win_probability import WinProbability, win_probability

__all__ = [
    "PseudoMedian",
    "RankAnova",
    "RankSum",
    "RankTrend",
    "Shift",
    "SignedRank",
    "VanElteren",
    "WinProbability",
    "friedman",
    "hodges_lehmann",
    "jonckheere_terpstra",
    "kruskal_wallis",
    "pseudo_median",
    "rank_sum_test",
    "signed_rank_test",
    "van_elteren",
    "win_probability",
]
