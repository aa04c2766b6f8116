"""The data of a trial as they were read, before any analysis: a page, or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd

from equipoise.errors.counted import counted
from equipoise.exchange.archive import mapping_beside, unpacked
from equipoise.exchange.data import check_exists
from equipoise.exchange.inspection_findings import findings
from equipoise.exchange.lenient_reading import read_leniently
from equipoise.exchange.output_files import write_files
from equipoise.protocol.model import Protocol
from equipoise.report.inspection.completeness import completeness
from equipoise.report.inspection.findings import Findings
from equipoise.report.inspection.page import headline, inspection_page
from equipoise.report.inspection.problems import problem_table, summary

PAGE = "inspection.html"


@dataclass(frozen=True, repr=False)
class Inspection:
    """The data of a trial as they were read, also where an analysis would refuse them.

    In a notebook it displays its page.

    Attributes:
        findings: everything that was found, as data.
    """

    findings: Findings

    @property
    def refused(self) -> bool:
        """Whether an analysis of these data would be refused."""
        return self.findings.refused

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Every problem: ``code, stage, acceptable, accepted, rows, what, where, fix``."""
        return problem_table(self.findings)

    @cached_property
    def columns(self) -> pd.DataFrame:
        """Every column of every file, with the number of its cells that were read or not.

        ``rows`` is the sum of ``read``, ``empty``, ``missing`` (by a code) and ``unread``.
        These are missing for a column that is not mapped: its cells were not read.
        """
        return self.findings.columns.copy()

    @cached_property
    def completeness(self) -> pd.DataFrame:
        """Each participant, visit and instrument or table, with its state.

        Columns ``participant, visit, subject, planned, state``. ``state`` is
        ``complete``, ``partial``, ``reason`` (a reason instead of a value), ``absent``
        (planned, and nothing in the data) or ``not looked at`` (no column is mapped).
        """
        return completeness(self.findings)

    @cached_property
    def html(self) -> str:
        """The page, as one file that loads nothing from the network."""
        return inspection_page(self.findings).decode()

    @property
    def headline(self) -> str:
        """Whether an analysis would be refused, in one sentence."""
        return headline(self.findings)

    def summary(self) -> dict[str, object]:
        """The counts of the page, for a program."""
        return summary(self.findings)

    def save(self, path: str | Path) -> Path:
        """Writes the page.

        Args:
            path: of the HTML file, which is replaced; in a folder, ``inspection.html``.

        Returns:
            The path of the page.

        Raises:
            LibraryError: EQ003, it cannot be written.
        """
        target = Path(path)
        if target.is_dir() or not target.suffix:
            target = target / PAGE
        write_files(target.parent, {target.name: self.html.encode()})
        return target

    def __repr__(self) -> str:
        found = self.findings
        people = counted(len(found.tables["participants"]), "participant")
        problems = counted(len(found.problems), "problem")
        state = "would be refused" if self.refused else "would be analyzed"
        if not self.refused and not found.unblinded:
            state = "would be analyzed with --dummy only"
        return f"Inspection({found.source}: {people}, {problems}, {state})"

    def _repr_html_(self) -> str:
        """The page in a frame of a notebook."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" style="width:100%;height:45em">'
            "</iframe>"
        )


def inspect_data(
    path: str | Path,
    protocol: Protocol,
    *,
    mapping: str | Path | None = None,
    accept: Collection[str] = (),
    file: Mapping[str, object] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Inspection:
    """The data of a trial as ``read_data`` reads them, shown and never refused.

    Where ``read_data`` stops at the first stage with a problem, the inspection continues
    and shows what could be read nonetheless.

    Args:
        path: as for ``read_data``.
        protocol: of the trial.
        mapping: as for ``read_data``.
        accept: codes of problems to accept, as for ``read_data``.
        file: keys of ``[file]``, as for ``read_data``.
        progress: called with the name of each step before it starts.

    Returns:
        The inspection: its tables as data frames, and its page with ``save``.

    Raises:
        LibraryError: EQ002, there is no such file or folder.
        DataError: EQ340, a ZIP file cannot be read; EQ349, the folder or ZIP file has no
            data file.

    Example:
        >>> found = inspect_data("export.csv", protocol)  # doctest: +SKIP
        >>> found.save("inspection.html")  # doctest: +SKIP
    """
    place = Path(path)
    check_exists(place)
    tell = progress or (lambda _: None)
    tell("reading the files")
    with unpacked(place) as folder:
        if folder != place:
            check_exists(folder)
        mapping = mapping_beside(place, folder, mapping)
        read = read_leniently(folder, protocol, mapping, place, file)
    tell("checking the tables")
    named = Path(mapping).name if mapping is not None else "mapping.toml"
    return Inspection(findings(read, protocol, place.name, named, accept))
