"""Tables as XML of Word."""

from lxml import etree

from equipoise.report.blocks import Document, TextTable
from equipoise.report.formats.columns import layout
from equipoise.report.formats.text_measure import TOGETHER
from equipoise.report.formats.word_tables import table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(rows: tuple[tuple[str, ...], ...]) -> etree._Element:
    block = TextTable("l", "t", ("a", "b"), rows)
    look = layout(block, Document("t", "s", "a", (), "", ()))
    text = table(block, look, 9000, {})
    return etree.fromstring(text.replace("<w:tbl>", f'<w:tbl xmlns:w="{W[1:-1]}">', 1))


def kept(root: etree._Element) -> list[bool]:
    return [row.find(f".//{W}keepNext") is not None for row in root.iter(f"{W}tr")]


def test_columns_fill_the_width() -> None:
    root = made((("a long text of many words", "y"),))
    assert sum(int(c.get(f"{W}w", 0)) for c in root.iter(f"{W}gridCol")) == 9000


def test_a_small_table_stays_on_a_page() -> None:
    assert kept(made((("x", "y"),) * 3)) == [True, True, True, False]


def test_the_first_and_last_rows_of_a_long_table_are_not_alone() -> None:
    found = kept(made((("x", "y"),) * (TOGETHER + 5)))
    assert found[-3:] == [True, True, False]
    assert found[:4] == [True, True, True, False]


def test_an_em_space_becomes_an_indent() -> None:
    root = made((("\u2003inset", "y"), ("not", "y")))
    rows = list(root.iter(f"{W}tr"))
    assert [row.find(f".//{W}ind") is not None for row in rows] == [False, True, False]
    assert "inset" in [t.text for t in root.iter(f"{W}t")]
