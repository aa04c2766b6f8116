"""Which second inference a sensitivity analysis has."""

from typing import Any

import pytest

from equipoise.protocol.analysis_method import Sensitivity, supporting_inference


def part(name: str = "a", strategy: str = "JR", **more: Any) -> Sensitivity:
    return Sensitivity.model_validate(
        {"id": name, "label": name, "strategy": strategy, "assumed": True,
         "milestones": ["treatment-discontinued"], **more}
    )  # fmt: skip


@pytest.mark.parametrize("strategy", ["JR", "CR", "CIR"])
def test_a_reference_has_the_other_kind_of_inference(strategy: str) -> None:
    one = part(strategy=strategy)
    assert supporting_inference(one, [one]) == "rubin"
    bootstrap = part(strategy=strategy, inference="bootstrap")
    assert supporting_inference(bootstrap, [bootstrap]) == "rubin"
    rubin = part(strategy=strategy, inference="rubin")
    assert supporting_inference(rubin, [rubin]) == "jackknife"


@pytest.mark.parametrize("strategy", ["MAR", "LMCF"])
def test_without_a_reference_only_on_request(strategy: str) -> None:
    one = part(strategy=strategy)
    assert supporting_inference(one, [one]) is None
    asked = part(strategy=strategy, supporting="rubin")
    assert supporting_inference(asked, [asked]) == "rubin"


def test_a_twin_with_the_other_inference_is_enough() -> None:
    one, twin = part("a"), part("b", inference="rubin")
    assert supporting_inference(one, [one, twin]) is None
    assert supporting_inference(twin, [one, twin]) is None
    other = part("b", inference="rubin", delta=2.0)
    assert supporting_inference(one, [one, other]) == "rubin"


def test_none_omits_it() -> None:
    one = part(supporting="none")
    assert supporting_inference(one, [one]) is None
