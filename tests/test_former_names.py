"""Former names of modules: they import what replaced them, and warn."""

import importlib
import sys
from pathlib import Path

import pytest

import equipoise
from equipoise.former_names import MODULES, NAMES
from equipoise.stats.survival import kaplan_meier as curve

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
            if home == MODULES[name][0]:
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
    scope: dict[str, object] = {}
    exec("from equipoise.analyze import kaplan_meier", scope)  # noqa: S102  a text of a user
    assert scope["kaplan_meier"].kaplan_meier is curve.kaplan_meier  # type: ignore[attr-defined]
    exec("from equipoise.analyze.kaplan_meier import log_rank", scope)  # noqa: S102
    assert scope["log_rank"].__module__ == "equipoise.stats.survival.kaplan_meier"  # type: ignore[attr-defined]
