"""The HTML page of a grid of simulated trials: curves and tables in one file."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equipoise.report.blocks import Document, Figure
from equipoise.report.figures.power import (
    design_label,
    factor_label,
    factor_labels,
    shown_factors,
)
from equipoise.report.formats.html_page import templates
from equipoise.report.table_cells import plural, with_error
from equipoise.stats.proportions.one_proportion import wilson

ENOUGH = 0.8  # power that the headline looks for
HEADS = {
    "effect": "Effect",
    "drug_effect": "Effect of the drug",
    "expectancy": "Expectancy",
    "unblinding": "Unblinding",
    "dropout": "Withdrawals",
}
SOME = 0.005  # a true difference that is not 0 in the digits of the table
BANNER = "All trials on this page are simulated; no participant is real."


@dataclass(frozen=True)
class GridSubject:
    """The trial that a grid is about.

    Attributes:
        title: of the trial.
        endpoint: id of the primary endpoint.
        labels: id of each endpoint -> its label.
        facts: provenance, as term and text.
        durations: a sentence for each sample size: how long recruitment takes.
        prior: what assurance is averaged over; empty for a grid without assurance.
    """

    title: str
    endpoint: str
    labels: dict[str, str]
    facts: tuple[tuple[str, str], ...]
    durations: tuple[str, ...] = ()
    prior: str = ""


@dataclass(frozen=True)
class TextTable:
    """A table of texts, and what is to be known before it is read."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def grid_page(summary: pd.DataFrame, subject: GridSubject, figure: Figure) -> bytes:
    """The page; it loads nothing from the network, and every text is escaped.

    Args:
        summary: from ``summarize_grid``.
        subject: the trial.
        figure: from ``power_curves``.
    """
    label = subject.labels[subject.endpoint]
    primary = summary[summary["endpoint"] == subject.endpoint]
    document = Document(
        title="Power over a grid of trials",
        subtitle=subject.title,
        about=f"{plural(len(primary), 'scenario')} of up to "
        f"{plural(int(summary['trials'].max()), 'trial')}; "
        "in brackets: Monte Carlo error",
        banners=(BANNER,),
        watermark="",
        sections=(),
        facts=subject.facts,
    )
    tables = [
        *_assurance(primary, subject.prior),
        _primary(primary, label),
        *_stops(primary),
        *_others(summary, subject),
    ]
    page = templates().get_template("grid.html")
    return page.render(
        document=document,
        headline=headline(primary, label),
        error=error_headline(primary, label),
        durations=subject.durations,
        figure=figure,
        tables=tables,
    ).encode()


def headline(rows: pd.DataFrame, label: str) -> str:
    """The smallest sample size with enough power, without interim analyses if possible.

    Enough is a power whose lower 95% limit (Wilson) is 80%, so that the size does not
    depend on the luck of a few trials: all of five trials show nothing.

    Args:
        rows: of the primary endpoint, from ``summarize_grid``.
        label: of the endpoint.
    """
    every, rows = rows, rows[rows["rejections"] == "power"]
    if rows.empty:
        return f"{label}: every scenario of this grid is without an effect."
    for name in (*HEADS, "design"):
        preferred: object = "fixed" if name == "design" else 1.0
        if name in rows:
            values = list(rows[name].unique())
            kept = preferred if preferred in values else values[-1]
            rows = rows[rows[name] == kept]
    first = rows.iloc[0]
    labels = (*factor_labels(first, every), design_label(str(first["design"])))
    enough = rows[_lower_limits(rows) >= ENOUGH].sort_values("size")
    if enough.empty:
        best = rows.sort_values("power").iloc[-1]
        text = (
            f"no sample size of this grid is shown to have {ENOUGH:.0%} power; the "
            "highest is with"
        )
    else:
        best = enough.iloc[0]
        text = (
            f"the smallest sample size of this grid that is shown to have {ENOUGH:.0%} "
            "power is"
        )
    power = with_error(float(best["power"]), float(best["power_error"]), 1, 100)
    size = plural(int(best["size"]), "participant")
    return f"{label} ({', '.join(labels)}): {text} {size}, power {power}%."


def _lower_limits(rows: pd.DataFrame) -> pd.Series[float]:
    """Of every power; missing for an endpoint without a test."""
    known = rows[rows["power"].notna()]
    pairs = zip(known["power"], known["trials"], strict=True)
    limits = [wilson(round(power * n), int(n)).lower for power, n in pairs]
    return pd.Series(limits, index=known.index, dtype=float).reindex(rows.index)


def error_headline(rows: pd.DataFrame, label: str) -> str:
    """What the rejections of scenarios without an effect of the drug are: errors.

    Returns:
        Of the scenario that rejects most; empty if expectancy separates no arms there.
    """
    if "truth" not in rows:
        return ""
    rejected_in_error = rows["rejections"] != "power"
    if "margin_error" in rows:  # those errors are not due to expectancy
        rejected_in_error &= rows["margin_error"].isna()
    without = rows[rejected_in_error & (rows["truth"].abs() > SOME)]
    if without.empty:
        return ""
    worst = without.sort_values("power").iloc[-1]
    rejected = with_error(float(worst["power"]), float(worst["power_error"]), 1, 100)
    labels = (*factor_labels(worst, rows), design_label(str(worst["design"])))
    return (
        f"{label} ({', '.join(labels)}): with {plural(int(worst['size']), 'participant')} "
        f"{rejected}% of trials reject although the drug has no effect. The true "
        f"difference of {with_error(float(worst['truth']), None, 2)} is expectancy of "
        "participants who recognize their arm. These rejections are type I errors, not "
        "power."
    )


def _scenario(row: pd.Series[float], rows: pd.DataFrame) -> tuple[str, ...]:
    return (
        str(int(row["size"])),
        *(factor_label(float(row[name])) for name in shown_factors(rows)),
        design_label(str(row["design"])),
    )


def _head(rows: pd.DataFrame) -> tuple[str, ...]:
    factors = (HEADS[name] for name in shown_factors(rows))
    return ("Participants", *factors, "Design")


def _estimate(row: pd.Series[float], name: str, digits: int, scale: float = 1) -> str:
    return with_error(row.get(name), row.get(f"{name}_error"), digits, scale)


def _primary(rows: pd.DataFrame, label: str) -> TextTable:
    head = (*_head(rows), "Trials", "Power (%)", "Type I error (%)", "Mean")
    head += ("True difference", "of this the drug", "Bias", "Coverage (%)")
    margin = "margin_error" in rows
    head += ("Type I error at the margin (%)",) if margin else ()
    texts = []
    for _, row in rows.iterrows():
        sequential = not pd.isna(row.get("expected_size", float("nan")))
        rejected, powered = _estimate(row, "power", 1, 100), _is_power(row)
        texts.append(
            (
                *_scenario(row, rows),
                str(int(row["trials"])),
                rejected if powered else "–",
                "–" if powered else rejected,
                _estimate(row, "mean", 2),
                _estimate(row, "truth", 2),
                _estimate(row, "truth_drug", 2),
                _estimate(row, "bias", 2),
                _estimate(row, "coverage", 1, 100),
                *((_estimate(row, "margin_error", 1, 100),) if margin else ()),
                _estimate(row, "expected_size", 1)
                if sequential
                else str(int(row["size"])),
            )
        )
    return TextTable(label, (*head, "Mean sample size"), tuple(texts))


def _assurance(rows: pd.DataFrame, prior: str) -> list[TextTable]:
    """Assurance of every sample size and design; empty for a grid without it."""
    if not prior:
        return []
    alone = rows["effect"].nunique() == 1  # the curve is then over the drug's effect
    axis = "drug_effect" if alone and rows["drug_effect"].nunique() > 1 else "effect"
    others = [name for name in shown_factors(rows) if name != axis]
    once = rows.drop_duplicates(["size", "design", *others])
    texts = [
        (
            str(int(row["size"])),
            *(factor_label(float(row[name])) for name in others),
            design_label(str(row["design"])),
            _estimate(row, "assurance", 1, 100),
        )
        for _, row in once.iterrows()
    ]
    factors = (HEADS[name] for name in others)
    head = ("Participants", *factors, "Design", "Assurance (%)")
    return [TextTable("Assurance", head, tuple(texts), prior)]


def _is_power(row: pd.Series[float]) -> bool:
    return str(row["rejections"]) == "power"


def _stops(rows: pd.DataFrame) -> list[TextTable]:
    """Where trials with interim analyses stop; empty for a grid without them."""
    if "expected_size" not in rows:
        return []
    titles = {
        "stop_": "Trials that cross the boundary at each analysis",
        "futility_": "Trials that stop for futility at each interim analysis",
    }
    tables = []
    for start, title in titles.items():
        names = [c for c in rows.columns if c.startswith(start) and "error" not in c]
        sequential = rows[rows[names].notna().any(axis=1)] if names else rows[:0]
        texts = [
            (*_scenario(row, rows), *(_estimate(row, name, 1, 100) for name in names))
            for _, row in sequential.iterrows()
        ]
        head = (*_head(rows), *(f"Analysis {k + 1} (%)" for k in range(len(names))))
        if texts:
            tables.append(TextTable(title, head, tuple(texts)))
    return tables


def _others(summary: pd.DataFrame, subject: GridSubject) -> list[TextTable]:
    """Power of the other endpoints that have a test."""
    other = summary["endpoint"] != subject.endpoint
    rows = summary[other & summary["power"].notna()]
    if rows.empty:
        return []
    texts = [
        (
            *_scenario(row, summary),
            subject.labels[str(row["endpoint"])],
            _estimate(row, "power", 1, 100),
            str(row["rejections"]),
            _estimate(row, "mean", 2),
        )
        for _, row in rows.iterrows()
    ]
    head = (*_head(summary), "Endpoint", "Rejections (%)", "Rejections are", "Mean")
    return [TextTable("Other endpoints", head, tuple(texts))]
