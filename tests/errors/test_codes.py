import re

import pytest

from equipoise import errors
from equipoise.errors import CODES, Code

RANGES = {  # module -> the numbers that are its own
    "codes_library": (1, 99),
    "codes_protocol": (100, 199),
    "codes_instrument": (200, 299),
    "codes_data": (300, 329),
    "codes_exchange": (330, 399),
    "codes_mmrm": (400, 449),
    "codes_analysis": (450, 499),
    "codes_report": (500, 599),
    "codes_simulation": (600, 699),
    "codes_design": (800, 849),
    "codes_learn": (850, 899),
    "codes_conduct": (900, 999),
}


def table(module: str) -> dict[str, Code]:
    content: dict[str, Code] = getattr(errors.codes, module).CODES
    return content


@pytest.mark.parametrize("module", RANGES)
def test_an_area_has_only_numbers_of_its_own(module: str) -> None:
    low, high = RANGES[module]
    for code in table(module):
        assert re.fullmatch(r"EQ\d{3}", code)
        assert low <= int(code[2:]) <= high, code


def test_no_area_hides_a_code_of_another() -> None:
    assert len(CODES) == sum(len(table(module)) for module in RANGES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_is_explained(code: str) -> None:
    row = CODES[code]
    assert row.title == row.title.strip().rstrip(".")
    assert not row.title.startswith(("A ", "The "))
    assert row.meaning.endswith(".")
    assert row.meaning[0].isupper()


def test_only_problems_of_data_can_be_accepted() -> None:
    acceptable = [code for code, row in CODES.items() if row.acceptable]
    assert acceptable
    assert all(300 <= int(code[2:]) < 400 for code in acceptable)
