"""TOML, or a refusal of the caller's kind that names the file and the line."""

import pytest

from equipoise.errors import DataError, EquipoiseError, InstrumentError
from equipoise.errors.toml import read_toml


def test_tables_are_read() -> None:
    read = read_toml("[a]\nb = 1", origin="x.toml", error=DataError, code="EQ331")
    assert read == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("kind", "code"), [(DataError, "EQ331"), (InstrumentError, "EQ200")]
)
def test_other_text_is_refused_in_the_words_of_the_caller(
    kind: type[EquipoiseError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        read_toml("a = 1\nb = ?\nc = 2", origin="x.toml", error=kind, code=code)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where == "x.toml"
    assert "line 2" in problem.what


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 20000 + "]" * 20000, ".".join(["a"] * 5000) + " = 1",
     "x = " + "9" * 5000],
)  # fmt: skip
def test_what_nobody_writes_is_refused_and_no_crash(text: str) -> None:
    with pytest.raises(DataError, match="EQ331"):
        read_toml(text, origin="x.toml", error=DataError, code="EQ331")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 20_000 + "]" * 20_000,
        "a = " + "{a = " * 10_000 + "1" + "}" * 10_000,
        ".".join(["a"] * 100_000) + " = 1",
        "[" + ".".join(["a"] * 20_000) + "]",
        "x = { " + ".".join(['"a"'] * 20_000) + " = 1 }",
        "a = " + "9" * 5_000,
        "a = 0x" + "f" * 5_000,
        "a = 1e400",
        "a = [{ b = nan }]",
        'a = "' + "x" * 2_000_000 + '"',
    ],
    ids=range(10),
)
def test_a_text_that_would_exhaust_the_parser_is_rejected(text: str) -> None:
    with pytest.raises(DataError, match="EQ331"):
        read_toml(text, origin="x.toml", error=DataError, code="EQ331")


def test_long_texts_with_many_points_are_read() -> None:
    text = 'a = "' + "one. two. " * 14 + '"\nb = 9223372036854775807\nc.d.e = 0.5'
    assert read_toml(text, origin="x.toml", error=DataError, code="EQ331")["c"] == {
        "d": {"e": 0.5}
    }


def test_a_number_of_thousands_of_digits_is_named_as_such() -> None:
    text = "x = " + "9" * 5_000
    with pytest.raises(DataError, match="digits") as caught:
        read_toml(text, origin="x.toml", error=DataError, code="EQ331")
    assert "sys." not in str(caught.value)
