"""What is written is read back: the same tables, the same hash, the same origin."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import equipoise as eq
from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import LibraryError
from equipoise.exchange.write import write_data
from tests.analyze import complete
from tests.exchange.small import feder, protocol, read

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1
).filter(lambda text: text == text.strip())
MILESTONES = ("screened", "consented", "new-treatment")
DAY = st.integers(-400, 4000)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
WHEN = st.datetimes().filter(lambda t: 1700 < t.year < 2200)


@st.composite
def trials(draw: st.DrawFn) -> TrialData:
    """Data of the reference protocol with anything in them that they may hold."""
    people = draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))
    some = st.sampled_from(people)
    participants = pd.DataFrame({"participant": people})
    participants["site"] = [draw(st.none() | TEXT) for _ in people]
    participants["weight_kg"] = [draw(st.none() | st.floats(30, 250)) for _ in people]
    when = [draw(st.none() | WHEN) for _ in people]
    participants["consented_at"] = pd.to_datetime(pd.Series(when, dtype=object))
    if draw(st.booleans()):
        participants["arm"] = [
            draw(st.sampled_from(["ketamine", "midazolam"])) for _ in people
        ]
    events = [
        {
            "participant": draw(some),
            "term": draw(TEXT),
            "started_day": draw(st.none() | DAY),
            "serious": draw(st.none() | st.booleans()),
        }
        for _ in range(draw(st.integers(0, 3)))
    ]
    vitals = [
        {
            "participant": who,
            "visit": "infusion-1",
            "name": "SYSBP",
            "value": draw(NUMBER),
        }
        for who in people
        if draw(st.booleans())
    ]
    milestones = draw(st.lists(st.sampled_from(MILESTONES), unique=True))
    dispositions = [
        {"participant": draw(some), "milestone": m, "reason": draw(st.none() | TEXT)}
        for m in milestones
    ]
    rows = {"events": events, "measurements": vitals, "dispositions": dispositions}
    tables = {name: pd.DataFrame(found) for name, found in rows.items() if found}
    origin = Origin(
        files=("a.csv",),
        virtual=draw(st.booleans()),
        seed=draw(st.none() | st.integers(0)),
        confirmed_empty=draw(
            st.sampled_from([(), ("guesses",), ("guesses", "answers")])
        ),
    )
    return TrialData.from_tables(
        feder(), {"participants": participants, **tables}, origin=origin
    )


KINDS = pytest.mark.parametrize("kind", ["csv", "parquet"])
ANY_FOLDER = [HealthCheck.function_scoped_fixture]


@pytest.mark.property
@KINDS
@settings(max_examples=15, suppress_health_check=ANY_FOLDER)
@given(data=trials())
def test_reading_undoes_writing(tmp_path: Path, kind: str, data: TrialData) -> None:
    read_again(tmp_path, kind, data)


@pytest.mark.calibration
@KINDS
@settings(max_examples=200, suppress_health_check=ANY_FOLDER)
@given(data=trials())
def test_reading_undoes_writing_of_many_trials(
    tmp_path: Path, kind: str, data: TrialData
) -> None:
    """The same law on more examples, which take a minute."""
    read_again(tmp_path, kind, data)


def read_again(tmp_path: Path, kind: str, data: TrialData) -> None:
    folder = write_data(data, tmp_path / "data", kind)  # type: ignore[arg-type]
    again = eq.read_data(folder, feder())
    assert type(again) is type(data)
    assert again.content_hash == data.content_hash
    assert again.origin == data.origin
    for (name, left), (_, right) in zip(data.tables(), again.tables(), strict=True):
        assert_frame_equal(left, right, obj=name, check_exact=True)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_real_mapping_survives(tmp_path: Path, kind: str) -> None:
    data = read(tmp_path)
    write_data(data, tmp_path / "out", kind)  # type: ignore[arg-type]
    again = eq.read_data(tmp_path / "out", protocol())
    assert again.content_hash == data.content_hash


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_optional_tables_are_written_and_none_of_earlier_data_is_read(
    tmp_path: Path, kind: str
) -> None:
    given, trial = complete.data(), complete.protocol()
    folder = write_data(given, tmp_path / "data", kind)  # type: ignore[arg-type]
    again = eq.read_data(folder, trial)
    assert list(again.provided) == ["alerts", "laboratory"]
    for name, frame in given.provided.items():
        assert_frame_equal(again.provided[name], frame, obj=name, check_exact=True)
    assert again.not_answered["laboratory"]["reason_missing"].tolist() == [
        "not assessed"
    ]
    assert again.content_hash == given.content_hash
    without = replace(given, provided={}, not_answered={})
    assert without.content_hash != given.content_hash
    write_data(without, folder, kind)  # type: ignore[arg-type]
    assert (folder / f"alerts.{kind}").is_file()
    assert eq.read_data(folder, trial).provided == {}


def test_a_blinded_trial_is_written_without_arms(tmp_path: Path) -> None:
    data = read(tmp_path)
    assert isinstance(data, UnblindedTrialData)
    write_data(data.blinded(), tmp_path / "out")
    written = "".join(p.read_text("utf-8") for p in (tmp_path / "out").iterdir())
    assert "ketamine" not in written
    assert "arm" not in written.split()[0]


def test_what_was_accepted_is_accepted_again_and_once(tmp_path: Path) -> None:
    data = read(tmp_path)
    people = data.participants.assign(age=[300.0, 30.0])
    tables = dict(data.tables()) | {"participants": people}
    odd = TrialData.from_tables(protocol(), tables, accept=["EQ309"])
    write_data(odd, tmp_path / "out")
    again = eq.read_data(tmp_path / "out", protocol())
    assert again.origin.accepted == odd.origin.accepted == ("EQ309: 1 record",)


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", "utf-8")
    with pytest.raises(LibraryError, match="EQ003"):
        write_data(read(tmp_path), tmp_path / "out")


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    data = read(tmp_path)
    other = replace(data)
    first = write_data(data, tmp_path / "one")
    second = write_data(other, tmp_path / "two")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
