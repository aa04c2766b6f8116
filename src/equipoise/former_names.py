"""Modules under their former names: they keep working for one release, with a warning.

The statistics were moved from ``equipoise.analyze`` to ``equipoise.stats``, and some
modules of ``equipoise.design`` have new names. A former name imports what replaces it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from warnings import warn

# Former module -> the modules that hold its names now, all below ``equipoise``.
MODULES = {
    "analyze.competing": ("stats.survival.cumulative_incidence",),
    "analyze.durability": (
        "stats.survival.comparisons",
        "stats.survival.restricted_mean",
    ),
    "analyze.effect_size": ("stats.effect_size",),
    "analyze.kaplan_meier": ("stats.survival.kaplan_meier", "stats.survival.log_rank"),
    "analyze.mean": ("stats.means",),
    "analyze.missing": (),
    "analyze.missing.conditional_mean": ("stats.imputation.conditional_mean",),
    "analyze.missing.multiple": ("stats.imputation.multiple_imputation",),
    "analyze.missing.question": ("stats.imputation.imputation_model",),
    "analyze.missing.reference_based": ("stats.imputation.reference_based",),
    "analyze.missing.resampled": ("stats.imputation.resampling",),
    "analyze.missing.strategies": ("stats.imputation.strategies",),
    "analyze.missing.tipping": ("stats.imputation.tipping_point",),
    "analyze.mmrm": ("stats.mmrm",),
    "analyze.proportions": ("stats.proportions.risk_difference",),
    "analyze.ratios": ("stats.proportions.ratios", "stats.proportions.risk_difference"),
    "analyze.standardization": ("stats.proportions.standardization",),
    "analyze.turnbull": ("stats.survival.turnbull",),
    "design.asked": ("design.requirements",),
    "design.adaptive.closed": ("design.adaptive.closed_testing",),
    "design.adaptive.coins": ("design.adaptive.allocation_rules",),
    "design.adaptive.dropping": ("design.adaptive.dose_dropping",),
    "design.adaptive.responsive": ("design.adaptive.response_adaptive",),
    "design.adaptive.selection": ("design.adaptive.dose_selection",),
    "design.sequential.conditional": ("design.sequential.conditional_power",),
    "design.sequential.reestimate": ("design.sequential.sample_size_reestimation",),
    "protocol.method": ("protocol.analysis_method",),
    "randomize.sequence": ("randomize.methods",),
}

# Former name -> the name now, in any of these modules.
NAMES = {
    "Answer": "ImputedDifferences",
    "Asked": "Target",
    "Behaviour": "OperatingCharacteristics",
    "Better": "Superiority",
    "Incidence": "CumulativeIncidence",
    "Pooled": "PooledEstimate",
    "Prepared": "ImputationArrays",
    "Question": "IncompleteData",
    "Responsive": "AdaptiveTrial",
    "Seen": "Outcomes",
    "Standardized": "StandardizedDifference",
    "behaviour": "operating_characteristics",
    "bootstrap": "reference_based_bootstrap",
    "chosen": "select_doses",
    "claimed": "closed_test",
    "comparable": "log_rank_estimable",
    "correction": "hedges_correction",
    "correlated": "check_correlation",
    "expected": "expected_outcomes",
    "from_t": "cohens_d_from_t",
    "imputed": "conditional_means",
    "multiple": "multiple_imputation",
    "needed": "second_stage_boundary",
    "neyman_share": "neyman_target",
    "optimal_share": "optimal_target",
    "pooled": "rubins_rules",
    "positive": "check_positive",
    "prepared": "imputation_arrays",
    "separating": "separating_covariates",
    "shares": "check_fractions",
    "trials_of": "simulate_trials",
}

# Functions that returned tuples, tables or dictionaries, and still do under former names.
RESULTS: dict[str, Callable[[Any], Any]] = {
    "kaplan_meier": lambda r: (r.curve, (r.median, r.median_lower, r.median_upper)),
    "log_rank": lambda r: (r.statistic, r.p),
    "mean_with_interval": lambda r: {f.name: getattr(r, f.name) for f in fields(r)},
    "rmst": lambda r: (r.estimate, r.std_error),
    "turnbull": lambda r: r.curve,
    "wilson": lambda r: r.interval,
}


class _FormerNames(MetaPathFinder, Loader):
    """Finds modules by their former names, after every other way has failed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        known = name.removeprefix("equipoise.") in MODULES
        return ModuleSpec(name, self, is_package=True) if known else None

    def exec_module(self, module: ModuleType) -> None:
        homes = MODULES[module.__name__.removeprefix("equipoise.")]
        if homes:
            warn(
                f"{module.__name__} is now equipoise.{homes[0]}; the former name ends "
                "with the next release",
                DeprecationWarning,
                stacklevel=2,
            )

        def moved(name: str) -> Any:
            for home in homes:
                holder = import_module(f"equipoise.{home}")
                for candidate in (name, NAMES.get(name, name)):
                    if hasattr(holder, candidate):
                        return _as_before(name, getattr(holder, candidate))
            raise AttributeError(
                f"module {module.__name__!r} has no attribute {name!r}"
            )

        module.__dict__["__getattr__"] = moved


def _as_before(name: str, function: Any) -> Any:
    """A function with the results that it had under its former name."""
    if name not in RESULTS:
        return function

    @wraps(function)
    def former(*args: Any, **kwargs: Any) -> Any:
        return RESULTS[name](function(*args, **kwargs))

    return former


def install() -> None:
    """Makes former names importable; called once, by ``import equipoise``."""
    sys.meta_path.append(_FormerNames())
