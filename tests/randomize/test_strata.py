"""The strata that a protocol can have, and those that it cannot."""

import pytest

from equipoise.errors import DesignError
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from equipoise.randomize.strata import levels, require_list, stratum_names


def stratified(*strata: str) -> Protocol:
    protocol = load_protocol("feder2021")
    plan = protocol.randomization.model_copy(update={"strata": strata})
    return protocol.model_copy(update={"randomization": plan})


def test_strata_are_the_product_of_the_levels() -> None:
    assert stratum_names(stratified()) == ("all",)
    assert stratum_names(stratified("sex")) == ("F", "M", "other")
    names = stratum_names(stratified("site", "sex"), ("Mount Sinai", "Yale"))
    assert names[:4] == (
        "Mount Sinai; F", "Mount Sinai; M", "Mount Sinai; other", "Yale; F",
    )  # fmt: skip
    assert levels(stratified("site"), ("A",)) == {"site": ("A",)}


def test_any_site_is_possible_but_the_other_levels_are_not_free() -> None:
    plan = stratified("site", "sex")
    require_list(plan, 4, "Mount Sinai; F")
    for stratum in (
        "F",
        "all",
        "; F",
        "Mount Sinai; X",
        "Mount Sinai; F; M",
        "<site>; F",
    ):
        with pytest.raises(DesignError, match=r"use one of: <site>; F, <site>; M"):
            require_list(plan, 4, stratum)
