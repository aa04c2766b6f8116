"""The registries of options, against the names that the type checker knows."""

from typing import get_args

from equipoise.stats.imputation import STRATEGIES
from equipoise.stats.mmrm.correlations import FAMILIES
from equipoise.stats.mmrm.spatial import KINDS
from equipoise.stats.options import (
    DF_METHODS,
    ON_VISITS,
    STRUCTURES,
    SURVIVAL_INTERVALS,
    VCOVS,
    Covariance,
    DfMethod,
    StrategyName,
    SurvivalInterval,
    Vcov,
)
from equipoise.stats.survival.kaplan_meier import LIMITS


def test_each_registry_has_the_names_of_its_type_in_their_order() -> None:
    assert get_args(Covariance) == ON_VISITS
    assert tuple(DF_METHODS) == get_args(DfMethod)
    assert tuple(VCOVS) == get_args(Vcov)
    assert tuple(SURVIVAL_INTERVALS) == get_args(SurvivalInterval)
    assert tuple(LIMITS) == tuple(SURVIVAL_INTERVALS)
    assert tuple(STRATEGIES) == get_args(StrategyName)


def test_every_structure_has_its_correlation_and_a_label_of_its_own() -> None:
    used = {entry.correlation for entry in STRUCTURES.values()}
    assert used == {"us", *FAMILIES, *KINDS}
    assert len({entry.label for entry in STRUCTURES.values()}) == len(STRUCTURES)
    for name, entry in STRUCTURES.items():
        assert entry.spatial is (name in KINDS)
        assert entry.by_visit is (name == "us" or name.endswith("h"))
