"""The record of interim analyses: complete, of this trial, and unchanged."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import DesignError
from equipoise.interim.record import (
    FIRST,
    Entry,
    Recorded,
    earlier_analyses,
    from_text,
    refuse_replacement,
    rules_of,
    to_text,
)
from equipoise.protocol.interim import InterimAnalyses
from tests.interim.trials import planned

PROTOCOL = planned()
PLAN = PROTOCOL.interim
assert PLAN is not None


def entry(analysis: int, previous: str = FIRST, **keys: Any) -> Entry:
    assert PLAN is not None
    content = {
        "analysis": analysis, "cutoff": "2027-03-01", "protocol": "feder2021",
        "version": "1.0", "protocol_hash": "a" * 64, "data_hash": "b" * 64,
        "allocation": "actual", "virtual": False, "plan": rules_of(PLAN),
        "unit": "participants", "planned": 30.0, "information": 10.0 * analysis,
        "z": 1.2, "estimate": -5.0, "std_error": 4.0, "p": 0.23,
        "df": 20.0, "lower": -13.0, "upper": 3.0, "level": 0.95,
        "participants": {"ketamine": 5, "midazolam": 5}, "efficacy": 3.7,
        "futility": None, "decision": "continue", "software": "equipoise 0",
    }  # fmt: skip
    return Entry.model_validate(content | keys).sealed(previous)


TWO = (entry(1), entry(2, entry(1).sha256))


def earlier(
    entries: tuple[Entry, ...],
    before: int = 2,
    allocation: Any = "actual",
    plan: InterimAnalyses | None = PLAN,
) -> tuple[Recorded, ...]:
    assert plan is not None
    return earlier_analyses(PROTOCOL, plan, entries, before, allocation=allocation)


def test_it_reads_what_it_wrote() -> None:
    assert from_text(to_text(TWO), origin="looks.json") == TWO
    assert earlier(TWO, 3) == TWO
    assert earlier(TWO, 2) == TWO[:1]
    assert earlier((), 1) == ()


@given(
    key=st.sampled_from(sorted(set(Entry.model_fields) - {"plan", "participants"})),
    row=st.integers(0, 1),
)
def test_every_change_is_noticed(key: str, row: int) -> None:
    content = json.loads(to_text(TWO))
    value = content["analyses"][row][key]
    changes = {"allocation": "dummy", "decision": "efficacy", "futility": 0.1}
    other = value + 1 if isinstance(value, int | float) else f"{value}0"
    content["analyses"][row][key] = changes.get(key, other)
    with pytest.raises(DesignError, match="EQ838"):
        from_text(json.dumps(content), origin="looks.json")


def test_an_entry_cannot_be_taken_out() -> None:
    content = json.loads(to_text(TWO))
    del content["analyses"][0]
    with pytest.raises(DesignError, match="was changed"):
        from_text(json.dumps(content), origin="looks.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other"}', "null"])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(DesignError, match="not a record"):
        from_text(text, origin="looks.json")


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ((), "analysis 1 is missing"),
        ((entry(1, protocol="other"),), "of trial other"),
        ((entry(1, allocation="dummy"),), "dummy allocation"),
        ((entry(1, decision="efficacy"),), "stopped at analysis 1"),
        ((entry(1, decision="reverse"),), "stopped at analysis 1"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(
    entries: tuple[Entry, ...], what: str
) -> None:
    with pytest.raises(DesignError, match=what) as refused:
        earlier(entries)
    assert refused.value.code == "EQ838"


def test_rules_changed_after_a_look_are_refused_and_times_are_not() -> None:
    other = planned(efficacy="lan-demets-pocock").interim
    with pytest.raises(DesignError, match="rules of"):
        earlier(TWO, plan=other)
    assert earlier(TWO, plan=planned(analyses=(0.4, 1.0)).interim) == TWO[:1]


def test_only_binding_futility_ends_the_record() -> None:
    stopped = entry(1, decision="futility")
    assert earlier((stopped,)) == (stopped,)
    plan = planned(futility="lan-demets-of", binding=True).interim
    assert plan is not None
    with pytest.raises(DesignError, match="stopped at analysis 1"):
        earlier((entry(1, decision="futility", plan=rules_of(plan)),), plan=plan)


def test_a_recorded_analysis_is_not_replaced() -> None:
    refuse_replacement(TWO[1], TWO)
    refuse_replacement(entry(3), TWO)
    for new in (entry(2, z=1.3), TWO[0]):
        with pytest.raises(DesignError, match="already recorded"):
            refuse_replacement(new, TWO)
