import pandas as pd
import pytest

from equipoise.errors import (
    AnalysisError,
    DataError,
    EquipoiseError,
    InstrumentError,
    LibraryError,
    Problem,
    ProtocolError,
    ReportError,
    SimulationError,
    listing,
    refuse,
    require_known,
)
from equipoise.errors.refusal import SHOWN_RECORDS

KINDS = [
    AnalysisError,
    DataError,
    InstrumentError,
    LibraryError,
    ProtocolError,
    ReportError,
    SimulationError,
]


def problem(code: str = "EQ305", records: pd.DataFrame | None = None) -> Problem:
    return Problem(
        code=code, what="it is", where="there", fix="fix it", records=records
    )


@pytest.mark.parametrize("kind", KINDS)
def test_one_base_class_catches_every_refusal(kind: type[EquipoiseError]) -> None:
    with pytest.raises(EquipoiseError, match="EQ001"):
        raise kind.single("EQ001", "what", where="where", fix="fix")


def test_a_message_states_what_where_and_how_to_fix_it() -> None:
    error = ProtocolError.single(
        "EQ001", "no 'x'", where="x.toml, arms", fix="write 'y'"
    )
    assert str(error) == "EQ001 no 'x'\n  Where: x.toml, arms\n  Fix:   write 'y'"


def test_every_problem_is_told_in_order() -> None:
    problems = [problem("EQ305"), problem("EQ301"), problem("EQ305")]
    with pytest.raises(DataError) as refusal:
        refuse(DataError, problems)
    assert refusal.value.problems == tuple(problems)
    assert refusal.value.code == "EQ305"
    assert str(refusal.value).count("fix it") == 3


def test_no_problem_no_refusal() -> None:
    assert refuse(DataError, []) is None


def test_a_refusal_without_a_problem_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DataError()


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError, match="EQ999"):
        problem("EQ999")


def test_offending_rows_are_attached_whole_and_shown_in_part() -> None:
    rows = pd.DataFrame({"participant": [f"P{i:02d}" for i in range(20)]})
    told = problem(records=rows)
    assert f"P{SHOWN_RECORDS - 1:02d}" in str(told)
    assert f"P{SHOWN_RECORDS:02d}" not in str(told)
    assert f"and {20 - SHOWN_RECORDS} more rows" in str(told)
    assert len(DataError(problem(), told).records) == 20


def test_few_rows_are_shown_without_a_remainder() -> None:
    rows = pd.DataFrame({"participant": ["P01"]})
    assert "P01" in str(problem(records=rows))
    assert "more rows" not in str(problem(records=rows))
    assert "more rows" not in str(problem(records=rows.iloc[:0]))


def test_no_rows_are_none() -> None:
    assert DataError(problem()).records is None


def test_a_listing_is_sorted_and_never_empty() -> None:
    assert listing(["b", "a"]) == "a, b"
    assert listing([]) == "(none)"


def test_an_unknown_name_is_told_with_those_that_are_known() -> None:
    require_known("method", "urn", ("urn", "blocks"))
    with pytest.raises(ValueError, match=r"method 'rnu' is not known; .* blocks, urn"):
        require_known("method", "rnu", ("urn", "blocks"))
