"""What holds now is the last word on each field, and nothing of another form."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import lists, sampled_from

from equipoise.conduct.audit.actions import ACTS
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append, entries
from equipoise.conduct.capture.current_values import Current, current, require_unlocked
from equipoise.conduct.forms.missing_codes import kept
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW

WHERES = (("vitals", "infusion-1", -30), ("vitals", "infusion-1", 0),
          ("characteristics", "", None))  # fmt: skip
ANSWERS = st.builds(
    lambda where, item, value: Fact("answer", *where, item=item, value=value),
    st.sampled_from(WHERES),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["1", "2", None]),
)
STEPS = st.builds(
    lambda where, act: Fact(act, *where),
    st.sampled_from(WHERES),
    st.sampled_from(["complete", "freeze", "unfreeze"]),
)
ONE_BASE = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(chain: str, facts: list[Fact], actor: str = "nurse") -> None:
    append(chain, facts, actor=actor, protocol="p", at=NOW)


@pytest.mark.property
@ONE_BASE
@given(facts=st.lists(ANSWERS | STEPS, min_size=1, max_size=15), number=st.uuids())
def test_the_last_value_holds_and_each_version_is_counted(
    db: None, facts: list[Fact], number: object
) -> None:
    chain = f"{number}"[:8]
    before = entries(chain).count()
    write(chain, facts)
    known, own = current(chain), list(entries(chain))
    assert known.seq == len(own) == before + len(facts)
    for where, fields in known.values.items():
        for item, held in fields.items():
            place = (*where, item)
            written = [e for e in own if (e.form, e.visit, e.minute, e.item) == place]
            assert held.versions == len(written)
            assert (held.value, held.seq) == (written[-1].value, written[-1].seq)
        answers = known.answers(*where)
        assert answers == {n: v.value for n, v in fields.items() if v.value is not None}
    for where in WHERES:  # a page reads one form, and must see the same of it
        part = current(chain, (where[0],))
        assert part.seq == known.seq
        assert part.values.get(where) == known.values.get(where)
        assert part.status.get(where) == known.status.get(where)


def test_minutes_of_one_form_are_apart(db: None) -> None:
    first, second, _ = WHERES
    write("P0001", [Fact("answer", *first, item="SYSBP", value="120")])
    write("P0001", [Fact("answer", *second, item="SYSBP", value="185")])
    known = current("P0001")
    assert known.answers(*first) == {"SYSBP": "120"}
    assert known.answers(*second) == {"SYSBP": "185"}
    assert known.answers("vitals", "infusion-1") == {}
    assert known.answers("vitals", "infusion-2", -30) == {}


def test_a_value_that_was_taken_away_is_no_answer_and_is_still_known(db: None) -> None:
    where = WHERES[2]
    write("P0001", [Fact("answer", *where, item="age", value="40")])
    write("P0001", [Fact("correct", *where, item="age", reason="of another")], "doctor")
    known = current("P0001")
    assert known.answers("characteristics") == {}
    held = known.values[where]["age"]
    assert (held.value, held.actor, held.versions) == (None, "doctor", 2)


@pytest.mark.parametrize(
    ("acts", "state", "complete"),
    [
        (["open"], "", False),  # opened and empty is not begun
        (["answer"], "started", False),
        (["answer", "void"], "void", False),
        (["answer", "void", "answer"], "started", False),
        (["not done"], "not done", False),
        (["not done", "lock"], "locked", False),
        (["not done", "reopen"], "", False),
        (["answer", "alert", "acknowledge"], "started", False),
        (["answer", "complete"], "complete", True),
        (["answer", "complete", "answer"], "complete", True),
        (["answer", "complete", "reopen"], "started", False),
        (["answer", "complete", "freeze"], "frozen", True),
        (["answer", "complete", "freeze", "unfreeze"], "complete", True),
        (["answer", "complete", "lock"], "locked", True),
        (["plan"], None, False),
    ],
)
def test_how_far_a_form_is(
    db: None, acts: list[str], state: str | None, complete: bool
) -> None:
    valued = ("answer", "plan")  # a plan has a value and belongs to no form
    facts = [
        Fact(a, "f", item="x", value="1") if a in valued else Fact(a, "f") for a in acts
    ]
    write("P0001", facts)
    known = current("P0001")
    assert known.status.get(("f", "", None)) == state
    assert known.is_complete("f") == complete


def test_of_an_act_the_first_time_counts(db: None) -> None:
    later = NOW + timedelta(days=1)
    write("P0001", [Fact("randomize", "randomization", item="kit", value="123456")])
    append("P0001", [Fact("randomize")], actor="c", protocol="p", at=later)
    assert current("P0001").acts["randomize"] == NOW


def test_nobody_is_known_of_whom_nothing_was_written(db: None) -> None:
    write("P0002", [Fact("screen", value="north")])
    assert current("P0001") == Current()
    assert current("P0001", ("consent",)) == Current()


def test_a_lock_is_seen_from_every_form(db: None) -> None:
    write("P0001", [Fact("answer", "f", item="x", value="1"), Fact("complete", "f")])
    require_unlocked(current("P0001"))
    write("P0001", [Fact("lock"), Fact("lock", "f")])
    for known in (current("P0001"), current("P0001", ("consent",))):
        with pytest.raises(ConductError, match="EQ921"):
            require_unlocked(known)


def test_a_form_that_was_emptied_is_not_begun(db: None) -> None:
    write("P0001", [Fact("answer", "f", item="x", value="1")])
    write("P0001", [Fact("answer", "f", item="x", value=None)])
    assert current("P0001").status["f", "", None] == ""


@given(
    acts=lists(sampled_from(sorted(a for a, kind in ACTS.items() if kind != "value")))
)
def test_what_is_said_about_a_value_never_overwrites_it(acts: list[str]) -> None:
    known = Current()
    where = ("f", "", None)
    known.add(1, NOW, "doctor", "answer", *where, "x", "1")
    for seq, act in enumerate(acts, start=2):
        known.add(seq, NOW, "somebody", act, *where, "x", "2")
    held = {"void", "not done"} & set(acts)
    assert known.answers("f") == ({} if held else {"x": "1"})


def test_a_missing_code_is_no_answer(db: None) -> None:
    write("P0001", [Fact("answer", "f", item="x", value=kept("refused"))])
    known = current("P0001")
    assert known.answers("f") == {}
    assert known.said("f") == {"x": "missing:refused"}
