"""What a statistician looks at first: the model, its convergence, its estimates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equipoise.errors.counted import counted
from equipoise.stats.input_checks import checked_level
from equipoise.stats.mmrm.estimated import Estimated
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.options import DF_METHODS, STRUCTURES, VCOVS
from equipoise.stats.table import page_of, rounded, text_of

MOST_TERMS = 60  # coefficients that are printed
MOST_VISITS = 12  # of a covariance matrix that is printed
ONE_LINE = 72  # letters of a line of facts


@dataclass(frozen=True, eq=False, repr=False)
class FitSummary:
    """A summary of a fit that prints as text and, in a notebook, as tables.

    Attributes:
        title: the model.
        facts: names and values: participants, rows, visits, covariance, criteria.
        coefficients: with intervals; empty if the fit did not converge.
        covariances: of the visits, by the label of their group.
        notes: what a reader must know.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    coefficients: pd.DataFrame
    covariances: dict[str, pd.DataFrame]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        width = max(len(name) for name, _ in self.facts) + 2
        lines = [self.title, *(f"{name:{width}}{value}" for name, value in self.facts)]
        for caption, table in self._tables():
            lines += ["", f"{caption}:", text_of(table, MOST_TERMS)]
        return "\n".join([*lines, *(["", *self.notes] if self.notes else [])])

    def _repr_html_(self) -> str:
        return self.as_html()

    def as_html(self) -> str:
        """For a page of HTML."""
        return page_of(self.title, self.facts, self._tables(), self.notes, MOST_TERMS)

    def as_markdown(self) -> str:
        """For a page of Markdown, without another package."""
        lines = [f"**{self.title}**", "", "| | |", "|---|---|"]
        lines += [f"| {name} | {_escaped(value)} |" for name, value in self.facts]
        for caption, table in self._tables():
            lines += ["", f"**{caption}**", "", *_markdown(table)]
        return "\n".join([*lines, *(["", *self.notes] if self.notes else [])])

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        made = []
        if len(self.coefficients):
            made.append(("Coefficients", self.coefficients))
        return made + list(self.covariances.items())


def summary(fit: Estimated, level: float = 0.95) -> FitSummary:
    """The summary of a fit, converged or not.

    Args:
        fit: a fit.
        level: coverage of the intervals of the coefficients.

    Raises:
        AnalysisError: EQ407, a level that is not between 0 and 1.
    """
    checked_level(level, "EQ407")
    facts = _facts(fit)
    coefficients: pd.DataFrame = pd.DataFrame()
    covariances: dict[str, pd.DataFrame] = {}
    if fit.converged:
        coefficients = fit.interval_table(level).set_index("term").rename_axis(None)
        covariances = _covariances(fit)
    title = f"Mixed model for repeated measures by {_likelihood(fit)}"
    return FitSummary(title, facts, coefficients, covariances, fit.warnings)


def printed(fit: Estimated) -> str:
    """The text of ``print(fit)``: shorter than ``summary``."""
    lines = [
        f"MMRM by {'REML' if fit.reml else 'ML'}: {fit.formula}",
        f"{counted(fit.n_subjects, 'participant')}, {_rows(fit)}, {_visits(fit)}",
        f"{_covariance_words(fit)}; {_df_words(fit)}",
    ]
    if fit.converged:
        steps = f"{fit.n_iterations} step" + "s" * (fit.n_iterations != 1)
        lines.append(
            f"converged in {steps}: deviance {fit.deviance:.3f}, AIC {fit.aic:.3f}, "
            f"BIC {fit.bic:.3f}"
        )
        table = fit.coefficients.set_index("term").rename_axis(None)
        lines += ["", "Coefficients:", text_of(table, MOST_TERMS)]
        for caption, matrix in _covariances(fit).items():
            lines += ["", f"{caption}:", text_of(matrix, MOST_VISITS)]
    return "\n".join([*lines, *(["", *fit.warnings] if fit.warnings else [])])


def criteria(fit: Fitted) -> dict[str, float]:
    """Fit criteria, smaller is better, as R mmrm and as SAS define them.

    Source: R mmrm, ``summary()``; SAS/STAT, PROC MIXED, table of information criteria:
    with maximum likelihood SAS counts the coefficients too.
    """
    q, p = fit.top.model.n_parameters, len(fit.terms)
    d = q if fit.reml else q + p
    n = fit.n_rows - p if fit.reml else fit.n_rows
    n = max(n, d + 2)
    sas = {
        "AIC (SAS)": fit.deviance + 2 * d,
        "AICC (SAS)": fit.deviance + 2 * d * n / (n - d - 1),
        "BIC (SAS)": fit.deviance + float(np.log(fit.n_subjects)) * d,
    }
    if fit.reml:
        return {
            "AIC": fit.aic,
            "AICC (SAS)": sas["AICC (SAS)"],
            "BIC": fit.bic,
        }
    return {"AIC (R)": fit.aic, "BIC (R)": fit.bic, **sas}


def _facts(fit: Estimated) -> tuple[tuple[str, str], ...]:
    facts = [
        ("formula", str(fit.formula)),
        ("participants", f"{fit.n_subjects:,}"),
        ("rows", _rows(fit).replace(" rows (", " (")),
        ("visits", _visits(fit).replace(" visits (", " (")),
        ("covariance", _covariance_words(fit).replace(" covariance", "")),
        ("inference", _df_words(fit)),
    ]
    if fit.weights:
        facts.append(("weights", fit.weights))
    last = fit.top.tries[-1]
    state = (
        f"converged in {fit.n_iterations} steps, largest gradient {last.gradient:.1g}"
        if fit.converged
        else "did not converge"
    )
    facts.append(("convergence", state))
    if fit.converged:
        kind = "restricted " if fit.reml else ""
        facts.append(("deviance", f"{fit.deviance:.4f} (-2 {kind}log-likelihood)"))
        facts += [(name, f"{value:.4f}") for name, value in criteria(fit).items()]
    return tuple(facts)


def _likelihood(fit: Fitted) -> str:
    return "restricted maximum likelihood" if fit.reml else "maximum likelihood"


def _rows(fit: Fitted) -> str:
    excluded = fit.excluded
    count = excluded if isinstance(excluded, int) else len(excluded)
    return f"{counted(fit.n_rows, 'row')} ({count:,} excluded)"


def _visits(fit: Fitted) -> str:
    if fit.formula.spatial:
        return f"coordinates {', '.join(fit.formula.places)}"
    named = ", ".join(map(str, fit.visits))
    return f"{len(fit.visits)} visits ({named})"


def _covariance_words(fit: Fitted) -> str:
    count = fit.top.model.n_parameters
    label = STRUCTURES[fit.formula.structure].label
    group = f" by {fit.formula.group}" if fit.formula.group else ""
    return f"{label} covariance{group}, {count} parameter" + "s" * (count != 1)


def _df_words(fit: Fitted) -> str:
    words = f"df by {DF_METHODS[fit.df].label}"
    robust = VCOVS[fit.vcov_kind].label
    return f"{words}; {robust}" if robust else words


def _covariances(fit: Fitted) -> dict[str, pd.DataFrame]:
    """Matrices with a caption each; none where they are too large to print."""
    if len(fit.visits) > MOST_VISITS and not fit.formula.spatial:
        return {}
    base = "Covariance of the visits"
    if fit.formula.spatial:
        base = "Covariance of two rows at distance one"
    group = fit.formula.group
    return {
        base if key is None else f"{base}, {group} {key}": matrix
        for key, matrix in fit.covariances.items()
    }


def _markdown(table: pd.DataFrame) -> list[str]:
    shown = rounded(table)
    heads = ["", *map(str, shown.columns)]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
    for label, row in zip(shown.index, shown.to_numpy(), strict=True):
        lines.append("| " + " | ".join(map(_escaped, [str(label), *row])) + " |")
    return lines


def _escaped(text: str) -> str:
    return str(text).replace("|", "\\|")
