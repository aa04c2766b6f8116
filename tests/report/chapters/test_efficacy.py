"""What the chapter holds, and in which order."""

from equipoise.report.blocks import Bullets, Figure
from equipoise.report.chapters.efficacy import efficacy
from tests.analyze.feder import feder
from tests.report.made import data, results

WANTED = [
    "continuous",
    "multiplicity",
    "caps5_change-visits",
    "caps5_change-ls-mean",
    "sensitivity",
    "caps5_change-sensitivity",
    "caps5_change-subgroups",
    "standardized",
    "proportions",
    "response-measures",
    "response-by-visit",
    "response-cut-offs",
    "relapse-duration",
    "relapse-curve",
    "relapse-by-visit",
    "relapse-incidence",
    "madrs_change-visits",
]


def test_tables_and_figures_in_their_order() -> None:
    section = efficacy(feder(), data(), results(), dummy=False)
    assert section is not None
    found = [getattr(block, "name", "") for block in section.blocks]
    assert [name for name in dict.fromkeys(found) if name in WANTED] == WANTED


def test_every_figure_says_what_it_shows() -> None:
    section = efficacy(feder(), data(), results(), dummy=False)
    figures = [block for block in section.blocks if isinstance(block, Figure)]
    assert all(len(figure.alt) > 40 for figure in figures)


def test_no_remark_stands_apart_from_its_table() -> None:
    section = efficacy(feder(), data(), results(), dummy=False)
    assert not [block for block in section.blocks if isinstance(block, Bullets)]
