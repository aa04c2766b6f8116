"""Tables with a column for each arm: heading and cells of an arm from one loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Row, Table
from equipoise.report.table_cells import Cell

Cells = tuple[Cell, ...]
BLANK: Cells = (Cell(""),)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is repeated for each arm.

    Attributes:
        what: in the heading after the label of the arm, such as ``n/N (%)``; a function
            of the arm where it differs, as ``N = 15`` does.
        key: of the maker in each row that fills the column.
    """

    what: str | Callable[[str], str]
    key: str = "cell"


@dataclass
class ArmTable:
    """A table with columns for each arm, and further columns after them.

    A row states how the cells of *one* arm are made; the table calls that for each arm in
    the loop that also writes its heading, so that no cell appears under another arm.

    Attributes:
        protocol: of the trial.
        arms: ids, in the order of the columns.
        columns: what is printed of each arm.
        further: headings of the columns after those of the arms.
        first: heading of the first column.

    Example:
        >>> table = ArmTable(protocol, ("ketamine", "midazolam"), (Column("n/N"),))
        ... # doctest: +SKIP
        >>> table.row("Serious", lambda arm: share(find(f"events.serious.{arm}")))
        ... # doctest: +SKIP
        >>> table.made("name", "Title", note="below")  # doctest: +SKIP
    """

    protocol: Protocol
    arms: Sequence[str]
    columns: Sequence[Column]
    further: Sequence[str] = ()
    first: str = ""
    rows: list[
        tuple[str, dict[str, Callable[[str], Cells]] | None, tuple[Cells, ...]]
    ] = field(default_factory=list)

    def heading(self, label: str) -> None:
        """A row with a label and no cells, above the rows that it names."""
        self.rows.append((label, None, ()))

    def row(
        self,
        label: str,
        cell: Callable[[str], Cells] | None = None,
        *further: Cells,
        **cells: Callable[[str], Cells],
    ) -> None:
        """A row.

        Args:
            label: of the row; an em space in front indents it.
            cell: makes the cells of an arm, given its id; of the column with key ``cell``.
            further: cells of the columns after those of the arms; blank if fewer.
            cells: the same for columns with other keys.
        """
        makers = dict(cells) if cell is None else {"cell": cell, **cells}
        self.rows.append((label, makers, further))

    def made(self, name: str, title: str, note: str = "") -> Table:
        """The table."""
        heads: list[str] = [self.first]
        owners: list[str | None] = [None]
        body: list[list[Cells]] = [[] for _ in self.rows]
        for arm in self.arms:
            label = self.protocol.arm(arm).label
            for column in self.columns:
                what = column.what if isinstance(column.what, str) else column.what(arm)
                heads.append(f"{label}, {what}" if what else label)
                owners.append(arm)
                for cells, (_, makers, _) in zip(body, self.rows, strict=True):
                    maker = None if makers is None else makers.get(column.key)
                    cells.append(BLANK if maker is None else maker(arm))
        for title_of in self.further:
            heads.append(title_of)
            owners.append(None)
        rows: list[Row] = []
        for cells, (label, _, further) in zip(body, self.rows, strict=True):
            rest = [*further, *[BLANK] * (len(self.further) - len(further))]
            rows.append((label, (*cells, *rest)))
        return Table(name, title, tuple(heads), tuple(rows), note, arms=tuple(owners))
