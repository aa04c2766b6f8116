"""Tables of a Word document, as XML: as wide as the text, with lines as in journals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from equipoise.report.blocks import Table, TextTable, printable, titled
from equipoise.report.formats.columns import GAP, Layout
from equipoise.report.formats.text_measure import texts, together
from equipoise.report.formats.word_text import linked, run

LINE = 'w:val="single" w:sz="6" w:space="0" w:color="1F2933"'
MARGIN = round(20 * GAP)  # twips left and right of the text of a cell


def table(
    block: Table | TextTable, look: Layout, width: int, known: Mapping[str, str]
) -> str:
    """A table with a repeated head; rows that belong together are on one page.

    Args:
        block: the table.
        look: its columns and the size of its type.
        width: of the text, in twips.
        known: names of tables and figures -> blocks, for references.
    """
    columns = [round(width * share) for share in look.shares]
    columns[-1] += width - sum(columns)
    size, right, rows = look.size, isinstance(block, Table), texts(block)
    made = [
        _row([run(t, bold=True, size=size) for t in block.head], columns, right=right,
             head=True, keep=True, last=False)
    ]  # fmt: skip
    kept = together(block, small=look.small)
    for number, (row, keep) in enumerate(zip(rows, kept, strict=True)):
        last = number == len(rows) - 1
        cells = [linked(text, known, size) for text in row]
        made.append(_row(cells, columns, right=right, head=False, keep=keep, last=last))
    name = quoteattr(printable(titled(block)))
    grid = "".join(f'<w:gridCol w:w="{n}"/>' for n in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{MARGIN}" w:type="dxa"/>'
        f'<w:right w:w="{MARGIN}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:firstRow="1" w:firstColumn="1"/><w:tblCaption w:val={name}/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>"
    )


def _row(
    cells: Sequence[str],
    columns: Sequence[int],
    *,
    right: bool,
    head: bool,
    keep: bool,
    last: bool,
) -> str:
    kind = "<w:tblHeader/>" if head else ""
    lines = f"<w:top {LINE}/><w:bottom {LINE}/>" if head else ""
    lines = f"<w:bottom {LINE}/>" if last else lines
    borders = f"<w:tcBorders>{lines}</w:tcBorders>" if lines else ""
    low = '<w:vAlign w:val="bottom"/>' if head else ""
    next_ = "<w:keepNext/>" if keep else ""
    made = []
    for place, (inside, width) in enumerate(zip(cells, columns, strict=True)):
        inset = '<w:ind w:left="200"/>' if 'preserve">\u2003' in inside[:160] else ""
        inside = inside.replace('preserve">\u2003', 'preserve">', 1)
        side = '<w:jc w:val="right"/>' if right and place else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}{low}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="Cell"/>{next_}{inset}{side}</w:pPr>{inside}'
            "</w:p></w:tc>"
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{kind}</w:trPr>{''.join(made)}</w:tr>"
