"""The methods that are compared."""

from equipoise.protocol.governance import Randomization
from equipoise.randomize.compared_methods import compared_methods

EQUAL = {"a": 1, "b": 1}


def plan(**own: object) -> Randomization:
    return Randomization.model_validate({"source": "test", **own})


def test_the_method_of_the_protocol_is_marked_once() -> None:
    for own, name in (
        (plan(method="complete"), "complete"),
        (
            plan(method="permuted blocks", block_sizes=(8, 4)),
            "permuted blocks of 4 or 8",
        ),
        (plan(method="urn", balls=(0, 2)), "urn (0, 2)"),
        (plan(method="big stick", bound=2), "big stick of 2"),
        (plan(method="minimization", probability=0.85), "minimization, 0.85"),
    ):
        names = list(compared_methods(EQUAL, own, stratified=True))
        marked = [one for one in names if one.endswith("(protocol)")]
        assert len(marked) == 1
        assert marked[0].startswith(name)
        assert len(names) == len(set(names))


def test_unequal_ratios_have_no_big_stick() -> None:
    names = compared_methods({"a": 2, "b": 1}, plan(method="complete"), stratified=True)
    assert not any(name.startswith("big stick") for name in names)
    assert "permuted blocks of 6 or 9, by stratum" in names
