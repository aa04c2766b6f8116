"""The PDF: hostile texts are texts, and every block is set."""

from equipoise.report.forms.typeset import pdf, quoted
from tests.report.forms.hostile import document


def test_hostile_texts_are_set_and_not_run() -> None:
    made = pdf(document())
    assert made.startswith(b"%PDF")
    assert made == pdf(document())


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\ c\n') == '"a \\"b\\" \\\\ c\\n"'
