"""Writes a report to disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import TrialData
from equipoise.errors.counted import counted
from equipoise.exchange.output_files import write_files
from equipoise.protocol.model import Protocol
from equipoise.report import document


@dataclass(frozen=True, slots=True)
class Publication(document.Report):
    """A report that can be written into a folder."""

    def save(self, folder: str | Path) -> Path:
        """Writes every file into a folder, which is created if it does not exist.

        Args:
            folder: files of the same names are replaced, others stay unchanged.

        Returns:
            The path of ``report.html``.

        Raises:
            LibraryError: EQ003, the folder cannot be written to.
        """
        target = Path(folder)
        write_files(target, self.files)
        return target / "report.html"

    def __repr__(self) -> str:
        return f"{self.headline} ({counted(len(self.files), 'file')})"

    def _repr_html_(self) -> str:
        """The report in a frame of a notebook."""
        page = escape(self.files["report.html"].decode())
        return f'<iframe srcdoc="{page}" style="width:100%;height:45em"></iframe>'


def report(
    protocol: Protocol,
    data: TrialData,
    results: Results,
    *,
    progress: Callable[[str], None] | None = None,
    logo: bytes | None = None,
) -> Publication:
    """The report of an analysis as page, PDF, Word and RTF, with tables and figures.

    Args:
        protocol: the protocol that was analyzed.
        data: the data that were analyzed.
        results: from ``analyze``; every number in the report is there under its id.
        progress: called with the name of each section before it is written.
        logo: content of a PNG or SVG file for the title page, as ``logo_beside`` reads
            it.

    Raises:
        ReportError: EQ501, the results do not belong to this protocol and these data;
            EQ502, the logo is neither PNG nor SVG.
    """
    made = document.report(protocol, data, results, progress=progress, logo=logo)
    return Publication(files=made.files, headline=made.headline)
