"""The door: what goes in comes out, and a blinded trial does not know its arms."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.dataset.column_types import DTYPES, contract
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import TABLES
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData, _csv
from equipoise.protocol.check_text import unprintable
from tests.dataset.tiny import (
    answers,
    frame,
    only,
    read,
    refused,
    tables,
    tiny,
    unblinded,
)

SECRETS = {"red", "blue", "redium", "blueium", 35.25, 3.6}
SECRET_NAMES = {"arm", "drug", "dose_mg"}


def test_every_table_has_every_column_in_its_type_sorted_by_its_key() -> None:
    data = read()
    layout = contract(tiny())
    for name, table in data.tables():
        columns = [c for c in layout[name].columns if not c.optional]
        assert list(table.columns) == [column.name for column in columns]
        assert [str(kind) for kind in table.dtypes] == [DTYPES[c.type] for c in columns]
        assert table.index.equals(pd.RangeIndex(len(table)))
        key = list(layout[name].key)
        if key:
            assert table.equals(table.sort_values(key, ignore_index=True))
    assert list(data.participants["age"]) == [30, 40.5, 50]


def test_a_table_that_is_absent_is_empty() -> None:
    data = read({"participants": frame("participant", ("P1",))})
    assert data.events.empty
    assert list(data.events.columns) == [
        c.name for c in TABLES["events"].columns if not c.optional
    ]
    assert data.scores.empty
    assert list(data.scores.columns) == list(read().scores.columns)


def test_arms_are_known_of_randomized_participants() -> None:
    assert unblinded().arm.to_dict() == {"P1": "red", "P2": "blue"}


def test_data_without_arms_are_blind() -> None:
    people = tables()["participants"].drop(columns="arm")
    given = tables()["exposures"].drop(columns=["drug", "dose_mg"])
    data = read(tables(participants=people, exposures=given))
    assert type(data) is TrialData
    assert data.blind
    assert not unblinded().blind
    assert data.content_hash == unblinded().blinded().content_hash


def reachable(thing: Any) -> Iterator[Any]:
    """Everything that can be reached from an object, arrays behind views included."""
    seen: dict[int, Any] = {}  # keeps what it has seen, so that no id is used twice
    waiting = [thing]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen[id(item)] = item
        yield item
        if isinstance(item, pd.DataFrame):
            waiting += [*item.columns, *(item[name] for name in item)]
        elif isinstance(item, pd.Series):
            waiting += [item.array, item.index.array, item.name]
        elif isinstance(item, np.ndarray):
            waiting += [*item.ravel().tolist(), item.base]
        elif isinstance(item, pd.api.extensions.ExtensionArray):
            waiting += [*item.astype(object), *vars_of(item).values()]
        elif isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += list(item)
        else:
            waiting += list(vars_of(item).values())


def vars_of(thing: Any) -> dict[str, Any]:
    slots = getattr(type(thing), "__slots__", ())
    named = {name: getattr(thing, name) for name in slots if hasattr(thing, name)}
    return {**getattr(thing, "__dict__", {}), **named}


def secrets_in(thing: Any) -> set[Any]:
    plain = (x for x in reachable(thing) if isinstance(x, str | float | np.floating))
    return {x for x in plain if x in SECRETS | SECRET_NAMES}


def test_nothing_that_a_blinded_trial_holds_tells_who_received_what() -> None:
    blinded = unblinded().blinded()
    blinded.scores, blinded.content_hash  # noqa: B018 - also what is worked out later
    assert not hasattr(blinded, "arm")
    told = secrets_in(blinded)
    assert told == {"red"}  # the guess of a participant is kept
    without = TrialData(
        **{**parts(blinded), "guesses": blinded.guesses.iloc[:0].copy()}
    )
    assert secrets_in(without) == set()
    assert secrets_in(unblinded()) == SECRETS | SECRET_NAMES  # the search finds them
    stored = pickle.dumps(without)
    assert not [
        name for name in ("redium", "blueium", "dose_mg") if name.encode() in stored
    ]
    assert "redium" not in repr(blinded)


def parts(data: TrialData) -> dict[str, Any]:
    return {part.name: getattr(data, part.name) for part in fields(data)}


def test_blinded_data_cannot_be_made_with_arms() -> None:
    with pytest.raises(ValueError, match=r"exposures.drug, participants.arm"):
        TrialData(**parts(unblinded()))


def test_blinding_leaves_everything_else() -> None:
    data, blinded = unblinded(), unblinded().blinded()
    for name, table in blinded.tables():
        kept = getattr(data, name)[list(table.columns)]
        pd.testing.assert_frame_equal(table, kept)
    pd.testing.assert_frame_equal(blinded.scores, data.scores)
    assert blinded.origin == data.origin


def test_attributes_cannot_be_set() -> None:
    data = read()
    with pytest.raises(FrozenInstanceError):
        data.visits = data.visits.iloc[:0]  # type: ignore[misc]


def test_data_do_not_change_with_what_they_were_made_from() -> None:
    given = {name: table.copy() for name, table in read().tables()}
    data = read(given)
    before = data.content_hash
    given["answers"]["value"] += 1
    given["participants"].loc[0, "age"] = 19
    assert read(dict(data.tables())).content_hash == before


def test_all_problems_are_reported_at_once() -> None:
    found = refused(
        tables(
            answers=answers(("P1", "start", 3, 9, 2), ("P9", "week-1", 1, 1, 0)),
            events=frame("participant severity", ("P1", "awful")),
            visits=frame(
                "participant visit planned_day status", ("P1", "x", "y", "done")
            ),
            pets=frame("name", ("Rex",)),
        ),
        accept=("EQ302",),
    )
    assert {problem.code for problem in found} == {
        "EQ301", "EQ302", "EQ303", "EQ304", "EQ306", "EQ307", "EQ212", "EQ314",
    }  # fmt: skip


def test_an_unknown_table_is_named() -> None:
    problem = only(tables(pets=frame("name", ("Rex",))))
    assert problem.code == "EQ301"
    assert "pets" in problem.what
    assert "participants" in problem.fix


WRONG_SCORE = tables(
    recorded_scores=frame(
        "participant visit instrument score value", ("P1", "start", "small", "total", 7)
    )
)


def test_what_was_accepted_is_noted() -> None:
    origin = Origin(files=("a.csv",), accepted=("EQ336: 1 record",))
    data = TrialData.from_tables(
        tiny(), WRONG_SCORE, origin=origin, accept=("EQ312", "EQ309")
    )
    assert data.origin.files == ("a.csv",)
    assert data.origin.accepted == ("EQ336: 1 record", "EQ312: 1 record")


@pytest.mark.parametrize("code", ["EQ302", "EQ999", "nonsense"])
def test_other_codes_cannot_be_accepted(code: str) -> None:
    (problem,) = refused(tables(), accept=(code,))
    assert problem.code == "EQ314"
    assert code in problem.what
    assert "EQ312" in problem.fix


def test_representation_is_short() -> None:
    assert repr(read()).startswith("UnblindedTrialData(3 participants, 4 visits, ")


@cache
def in_order() -> UnblindedTrialData:
    return unblinded()


@pytest.mark.property
@settings(max_examples=15)  # what may be mixed up is little, and reading is slow
@given(data=st.data())
def test_order_of_rows_and_columns_does_not_count(data: st.DataObject) -> None:
    mixed = {
        name: table.loc[
            data.draw(st.permutations(list(table.index))),
            data.draw(st.permutations(list(table.columns))),
        ]
        for name, table in tables().items()
    }
    assert read(mixed).content_hash == in_order().content_hash


@pytest.mark.property
@given(data=st.data())
def test_any_value_counts(data: st.DataObject) -> None:
    given = in_order()
    name = data.draw(st.sampled_from([n for n, table in given.tables() if len(table)]))
    table = getattr(given, name).copy()
    column = data.draw(st.sampled_from(list(table.columns)))
    row = data.draw(st.sampled_from(list(table.index)))
    table[column] = changed(table[column], row)
    other = UnblindedTrialData(**{**parts(given), name: table})
    assert other.content_hash != given.content_hash


def changed(column: pd.Series[Any], row: int) -> pd.Series[Any]:
    """The column with another value in one row."""
    values = column.astype(object)
    if not pd.isna(values[row]):
        values[row] = pd.NaT if column.dtype.kind == "M" else None
    elif column.dtype == "string":
        values[row] = "x"
    elif column.dtype.kind == "M":
        values[row] = pd.Timestamp("2027-02-01T10:11:12.131415")
    else:
        values[row] = 1
    return values.astype(column.dtype)


@pytest.mark.property
@settings(max_examples=20)  # each example reads two trials
@given(
    values=st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(0, 3))] * 3),
        min_size=1,
        max_size=4,
    ),
    ages=st.lists(st.none() | st.floats(18, 70), min_size=4, max_size=4),
    arms=st.lists(st.sampled_from(["red", "blue", None]), min_size=4, max_size=4),
    terms=st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1).filter(
            lambda term: not unprintable(term)
        ),
        max_size=3,
    ),
)
def test_the_tables_of_a_trial_make_the_same_trial(
    values: list[tuple[Any, ...]], ages: list[Any], arms: list[Any], terms: list[str]
) -> None:
    visits = ["start", "week-1", "week-2", "week-3"]
    forms = [("P1", visit, *row) for visit, row in zip(visits, values, strict=False)]
    people = [(f"P{n}", arms[n], ages[n]) for n in range(4)]
    data = read(
        {
            "participants": frame("participant arm age", *people),
            "answers": answers(*forms).dropna(subset="value"),
            "events": frame("participant term", *(("P1", term) for term in terms)),
        }
    )
    again = read(dict(data.tables()))
    assert type(again) is type(data)
    for name, table in data.tables():
        pd.testing.assert_frame_equal(getattr(again, name), table)
    assert again.content_hash == data.content_hash


TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["a", "a,b", 'say "no"', "two\nlines", "a\rb", " ", "0", "Ä"]),
    st.text(max_size=5),
)


@given(
    st.lists(
        st.tuples(
            TEXTS,
            st.floats() | st.none(),
            st.integers(-(2**60), 2**60) | st.none(),
            st.booleans() | st.none(),
            st.integers(-(2**60), 2**60),
        ),
        max_size=6,
    )
)
def test_the_hashed_text_is_the_csv_of_pandas(rows: list[tuple[Any, ...]]) -> None:
    """In every type of a column: hashes of former versions stay what they were."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    types = ("string", "float64", "Int64", "boolean", "int64")
    frame = pd.DataFrame(
        {
            kind: pd.Series(list(values), dtype=kind)
            for kind, values in zip(types, columns, strict=True)
        }
    )
    assert _csv(frame) == frame.to_csv(index=False, lineterminator="\n")


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_reason_in_the_place_of_a_value_is_never_a_value(data: st.DataObject) -> None:
    """Answers that are missing for a reason count as answers that are not there."""
    given_ = {n: f for n, f in tables().items() if n != "recorded_scores"}
    whole = given_["answers"].astype(object)
    missing = data.draw(st.sets(st.sampled_from(list(whole.index)), min_size=1))
    coded = whole.assign(reason_missing=None)
    coded.loc[list(missing), "value"] = None
    coded.loc[list(missing), "reason_missing"] = "refused"
    with_reasons = read({**given_, "answers": coded})
    without = read({**given_, "answers": whole.drop(index=list(missing))})
    assert with_reasons.answers.equals(without.answers)
    assert with_reasons.scores.equals(without.scores)
    assert without.not_answered == {}
    kept = with_reasons.not_answered["answers"]
    assert len(kept) == len(missing)
    assert set(kept["reason_missing"]) == {"refused"}
    assert with_reasons.content_hash != without.content_hash
    again = read(dict(with_reasons.contract_tables()))
    assert again.content_hash == with_reasons.content_hash


def test_blinded_data_keep_the_reasons() -> None:
    given_ = tables()
    row = {**given_["measurements"].iloc[0].to_dict(), "visit": "week-4", "value": None}
    more = pd.DataFrame([{**row, "reason_missing": "not assessed"}])
    both = pd.concat([given_["measurements"], more], ignore_index=True)
    data = read({**given_, "measurements": both})
    assert isinstance(data, UnblindedTrialData)
    assert len(data.blinded().not_answered["measurements"]) == 1
    assert "reason_missing" not in data.measurements
