"""Acts: each has one kind, and nothing is written down that has none."""

import pytest

from equipoise.conduct.audit.actions import ACTS, require_known, sets_value
from equipoise.conduct.audit.hash_chain import Fact


def test_an_act_without_a_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="query"):
        require_known([Fact("answer"), Fact("query", item="1", value="Is 3 right?")])
    require_known([Fact(act) for act in ACTS])


@pytest.mark.parametrize(
    ("act", "sets"),
    [
        ("answer", True),
        ("correct", True),
        ("alert", False),
        ("lock", False),
        ("?", False),
    ],
)
def test_what_sets_a_value(act: str, sets: bool) -> None:
    assert sets_value(act) is sets
