"""Former names of modules: they import what replaced them, and warn."""

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equipoise
from equipoise.former_names import MODULES, NAMES, RESULTS
from equipoise.stats.proportions import wilson
from equipoise.stats.survival import kaplan_meier as curve
from equipoise.stats.survival import log_rank

SOURCE = Path(equipoise.__file__).parent


@pytest.mark.parametrize("name", [name for name, homes in MODULES.items() if homes])
def test_a_former_name_gives_what_replaced_it(name: str) -> None:
    sys.modules.pop(f"equipoise.{name}", None)
    with pytest.warns(
        DeprecationWarning, match=rf"is now equipoise\.{MODULES[name][0]}"
    ):
        former = importlib.import_module(f"equipoise.{name}")
    for home in MODULES[name]:
        holder = importlib.import_module(f"equipoise.{home}")
        for public in (n for n, value in vars(holder).items() if callable(value)):
            if home == MODULES[name][0] and public not in RESULTS:
                assert getattr(former, public) is getattr(holder, public)
    with pytest.raises(AttributeError, match="has no attribute 'absent'"):
        _ = former.absent


@pytest.mark.parametrize("name", MODULES)
def test_a_former_name_hides_no_module(name: str) -> None:
    path = SOURCE / name.replace(".", "/")
    assert not path.with_suffix(".py").exists()
    assert not path.exists()


@pytest.mark.parametrize(("former", "name"), NAMES.items())
def test_a_former_function_or_class_has_a_successor(former: str, name: str) -> None:
    homes = [
        importlib.import_module(f"equipoise.{h}") for hs in MODULES.values() for h in hs
    ]
    assert any(hasattr(home, name) for home in homes)
    assert not any(hasattr(home, former) for home in homes)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_former_ways_of_import() -> None:
    sys.modules.pop("equipoise.analyze.kaplan_meier", None)
    former = importlib.import_module("equipoise.analyze.kaplan_meier")
    scope: dict[str, object] = {}
    exec("from equipoise.analyze import kaplan_meier", scope)  # noqa: S102  a user's line
    assert scope["kaplan_meier"] is former
    exec("from equipoise.analyze.kaplan_meier import log_rank", scope)  # noqa: S102
    assert callable(scope["log_rank"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_former_names_give_results_of_the_former_shape() -> None:
    def former(module: str) -> Any:
        return importlib.import_module(f"equipoise.analyze.{module}")

    time, event, arm = [1.0, 2.0, 3.0, 4.0], [True, True, False, True], list("abab")
    fit = curve(time, event)
    table, median = former("kaplan_meier").kaplan_meier(time, event)
    assert median == (fit.median, fit.median_lower, fit.median_upper)
    assert table.equals(fit.curve)
    test = log_rank(time, event, arm)
    assert former("kaplan_meier").log_rank(time, event, arm) == (test.statistic, test.p)
    assert former("proportions").wilson(3, 10) == wilson(3, 10).interval
    assert former("mean").mean_with_interval(np.arange(4.0))["estimate"] == 1.5
