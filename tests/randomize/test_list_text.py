"""What a handed-over list states, and which changes its verification finds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DesignError
from equipoise.exchange.protocols import load_protocol
from equipoise.randomize.allocation_list import allocation_list
from equipoise.randomize.list_text import (
    key_csv,
    list_csv,
    list_differences,
    read_list,
)

TRIAL = load_protocol("feder2021")
SEED = 2**99 + 12345
MADE = allocation_list(TRIAL, 12, seed=SEED, sites=["Mount Sinai", "Zürich"])
LIST, OPEN, KEY = list_csv(MADE), list_csv(MADE, show_seed=True), key_csv(MADE)


def differences(text: str, seed: int | None = None) -> list[str]:
    return list(list_differences(read_list(text, "list.csv"), TRIAL, seed))


def test_the_list_has_neither_arm_nor_seed_nor_the_end_of_a_random_block() -> None:
    table = LIST[LIST.index("site,stratum") :]
    assert not any(arm.id in LIST or arm.label in LIST for arm in TRIAL.arms)
    assert str(SEED) not in LIST
    assert all(row.split(",")[2] == "" for row in table.splitlines()[1:])
    for name in ("method", "software", "protocol_sha256", "list_sha256", "seed"):
        assert re.search(f"^# {name}: .+$", LIST, re.M)
        assert re.search(f"^# {name}: .+$", KEY, re.M)
    assert f"# seed: {SEED}" in OPEN
    assert f"# seed: {SEED}" in KEY


def test_blocks_of_one_size_are_shown() -> None:
    plan = TRIAL.randomization.model_copy(update={"block_sizes": (4,)})
    fixed = TRIAL.model_copy(update={"randomization": plan})
    text = list_csv(allocation_list(fixed, 5, seed=SEED))
    assert [row.split(",")[2] for row in text.splitlines()[-5:]] == [*"11112"]


def test_each_of_the_three_is_identical_when_made_again() -> None:
    assert differences(LIST) == []
    assert differences(LIST, SEED) == []
    assert differences(OPEN) == []
    assert differences(KEY) == []
    assert differences("\ufeff" + LIST.replace("\n", "\r\n")) == []


@settings(max_examples=60, deadline=None)
@given(
    which=st.sampled_from([LIST, OPEN, KEY]),
    line=st.integers(1, 36),
    data=st.data(),
)
def test_no_change_of_a_character_is_missed(
    which: str, line: int, data: st.DataObject
) -> None:
    """Any changed character of header or table is reported, or is no list at all."""
    lines = which.splitlines()
    line = min(line, len(lines) - 1)
    at = data.draw(st.integers(0, len(lines[line]) - 1))
    new = data.draw(st.sampled_from("0z"))
    old = lines[line][at]
    lines[line] = lines[line][:at] + new + lines[line][at + 1 :]
    try:
        found = differences("\n".join(lines) + "\n")
    except DesignError:
        return
    assert found if new != old else not found


def test_an_arm_that_was_exchanged_is_named_with_its_line() -> None:
    lines = KEY.splitlines()
    row = next(k for k, text in enumerate(lines) if ",ketamine," in text)
    lines[row] = lines[row].replace("ketamine", "midazolam")
    _, found = differences("\n".join(lines) + "\n")
    assert found == f"line {row + 1}: arm is 'midazolam', expected 'ketamine'"


def test_another_key_another_protocol_and_missing_rows_are_reported() -> None:
    assert any("commitment" in text for text in differences(LIST, SEED + 1))
    assert "the seed of the list is not that of the key" in differences(OPEN, SEED + 1)
    short = "\n".join(LIST.splitlines()[:-2]) + "\n"
    assert "the list has 22 positions, not 24 as expected" in differences(short)
    other = TRIAL.model_copy(
        update={"trial": TRIAL.trial.model_copy(update={"version": "9"})}
    )
    found = list_differences(read_list(LIST, "list.csv"), other)
    assert "the list was made with protocol" in next(found)


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "# trial: x\n", LIST.replace("# n: 12", "# n: twelve")]
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(DesignError, match="EQ841"):
        read_list(text, "list.csv")
