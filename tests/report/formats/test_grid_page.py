"""The page of a grid: complete, escaped, and alone."""

import re

import pandas as pd

from equipoise.report.blocks import Figure
from equipoise.report.formats.grid_page import REAL, Subject, grid_page
from tests.report.formats.hostile import NASTY, SVG

ROWS = [
    ("a", 20, 0.0, "fixed", 0.05, 0.01, 0.1, None, None, None),
    ("a", 20, 1.0, "fixed", 0.8, 0.01, -12.345, None, None, None),
    ("b", 20, 1.0, "fixed", 0.37, 0.02, 0.4, None, None, None),
    ("c", 20, 1.0, "fixed", None, None, 3.0, None, None, None),
    ("a", 20, 1.0, "pocock:0.5,1", 0.75, 0.01, -12.9, 14.5, 0.2, 0.55),
]
NAMES = ["endpoint", "size", "effect", "design", "power", "power_error", "mean"]
NAMES += ["expected_size", "expected_size_error", "stop_1"]
TABLE = pd.DataFrame(ROWS, columns=NAMES).assign(
    dropout=2.0,
    trials=500,
    bias=[None, None, None, None, 0.25],
    bias_error=[None, None, None, None, 0.125],
    coverage=[None, None, None, None, 0.935],
    coverage_error=[None, None, None, None, 0.011],
)
LABELS = {"a": NASTY, "b": "Response", "c": "Relapse"}
FIGURE = Figure("power", NASTY, NASTY, SVG, b"")


def made() -> str:
    subject = Subject(NASTY, "a", LABELS, (("Seed", "7"),))
    return grid_page(TABLE, subject, FIGURE).decode()


def cells(row: str) -> list[str]:
    return re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)


def rows() -> list[list[str]]:
    return [cells(row) for row in re.findall(r"<tr>.*?</tr>", made(), re.S)]


def test_texts_are_never_markup_and_nothing_is_fetched() -> None:
    text = made()
    assert "<b>bold" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=[\"']?(https?:|//)", text)
    assert "results.json" not in text  # the report has one, a grid has not


def test_it_says_first_that_nobody_is_real() -> None:
    text = made()
    assert text.index(REAL) < text.index("<svg")


def test_each_cell_has_its_row_with_errors() -> None:
    start = ["20", "as stated", "× 2", "no looks", "500", "80.0 (1.0)", "−12.35"]
    assert [*start, "–", "–", "20"] in rows()
    looked = next(row for row in rows() if "75.0 (1.0)" in row)
    assert looked[-4:] == ["−12.90", "0.25 (0.13)", "93.5 (1.1)", "14.5 (0.2)"]


def test_looks_and_other_endpoints_have_their_tables() -> None:
    assert ["20", "as stated", "× 2", "pocock, looks at 50, 100 %", "55.0"] in rows()
    other = ["20", "as stated", "× 2", "no looks", "Response", "37.0 (2.0)", "0.40"]
    assert other in rows()
    assert not any("Relapse" in row for row in rows())  # it has no power
