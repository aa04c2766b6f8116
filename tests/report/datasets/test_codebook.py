import csv
from io import StringIO

from equipoise.report.datasets.codebook import (
    HEAD,
    codebook_csv,
    codebook_markdown,
    escaped,
)
from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.report import made


def test_every_column_of_every_file_is_explained() -> None:
    sets = datasets(Trial(feder(), made.data()))
    rows = list(csv.DictReader(StringIO(codebook_csv(sets.values()).decode())))
    assert tuple(rows[0]) == HEAD
    explained = [(row["dataset"], row["variable"]) for row in rows]
    assert explained == [(s.name, c) for s in sets.values() for c in s.frame.columns]
    assert all(row["label"] and row["derivation"] for row in rows)
    assert all(len(row["variable"]) <= 8 and len(row["label"]) <= 40 for row in rows)
    assert not [row for row in rows if "..." in row["label"]]
    assert not [row for row in rows if "equipoise." in row["source"]]
    coded = {row["variable"]: row["values"] for row in rows}
    assert coded["TRT01PN"] == coded["TRTAN"] == "1 = Ketamine; 2 = Midazolam"
    assert {row["type"] for row in rows} == {"Num", "Char"}


def test_the_page_has_the_same_variables() -> None:
    sets = list(datasets(Trial(feder(), made.data())).values())
    page = codebook_markdown(sets, ["A note | with a mark"]).decode()
    assert "A note \\| with a mark" in page
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(lines) == sum(1 + len(item.variables) for item in sets)


def test_no_text_leaves_its_cell() -> None:
    assert escaped("a|b\n# <b>`x`*_") == "a\\|b \\# \\<b\\>\\`x\\`\\*\\_"
