"""Options of the report that differ between sponsors and journals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Part, Text

QuantileDefinition = Literal["r", "sas"]


class ReportOptions(Part):
    """``[report]`` of a protocol; the defaults follow a journal of psychiatry.

    Attributes:
        paper: paper size in PDF, Word and RTF.
        decimals: decimals of scores, their means and differences, 0 to 3. Standard
            errors and effect sizes have one more, at least two.
        spelling: of the report's own words, such as *randomized*; labels of the protocol
            and texts of the data stay unchanged.
        header: at the top of every page; empty for label, registry and version of the
            protocol.
        footer: at the bottom of every page, before *Page x of y*.
        logo: PNG or SVG file in the folder of the protocol, for the title page.
        sections: ids of sections, such as ``synopsis``, ``efficacy`` or ``safety``, in
            the order in which they are printed, each with its subsections. Empty for
            all, in the order of ICH E3.
        omit: ids of sections, names of tables, figures and listings that are not printed;
            the name is that of the file in ``tables/``, ``figures/`` or ``listings/``.
        quantiles: definition of quartiles: ``r``, type 7 of R's quantile, which
            interpolates; ``sas``, PCTLDEF=5 of SAS, the empirical distribution with
            averages (type 2 of R). Medians are the same under both.
        print_listings: True to print listings of more than 120 rows; otherwise the report
            states their number of rows and the file in ``listings/`` that contains them.
    """

    paper: Literal["A4", "letter"] = "A4"
    decimals: int = Field(default=1, ge=0, le=3)
    spelling: Literal["US", "UK"] = "US"
    header: Text | None = None
    footer: Text | None = None
    logo: Text | None = None
    sections: tuple[Text, ...] = ()
    omit: tuple[Text, ...] = ()
    quantiles: QuantileDefinition = "r"
    print_listings: bool = False
