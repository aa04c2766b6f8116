"""Candidates declared before unblinding stand in the protocol of that time."""

from __future__ import annotations

import pytest

import equipoise as eq
from equipoise.errors import ProtocolError
from equipoise.learn.declared import require_declared
from equipoise.protocol.worthwhile import Worthwhile
from tests.learn.responders_trial import candidate, declaring


def test_what_was_declared_is_accepted_and_what_was_not_is_refused() -> None:
    plain = eq.load_protocol("feder2021")
    age = candidate("age")
    old = declaring(plain, age)
    require_declared(old, old)
    require_declared(declaring(plain, age, candidate("sex", declared="post hoc")), old)
    later = declaring(plain, candidate("age", direction="lower"), candidate("sex"))
    with pytest.raises(ProtocolError) as refused:
        require_declared(later, old)
    assert [one.code for one in refused.value.problems] == ["EQ852", "EQ852"]
    assert "in another way" in refused.value.problems[0].what
    assert "does not state it" in refused.value.problems[1].what


def test_the_worthwhile_difference_is_that_of_before() -> None:
    plain = eq.load_protocol("feder2021")
    stated = Worthwhile(endpoint="caps5_change", difference=5, reason="six infusions")
    protocol = plain.model_copy(update={"worthwhile": stated})
    require_declared(protocol, protocol)
    require_declared(plain, protocol)
    with pytest.raises(ProtocolError, match=r"EQ852 .* worthwhile difference"):
        require_declared(protocol, plain)
