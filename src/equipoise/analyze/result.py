"""Results of an analysis: estimates, frozen and complete, with their provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from html import escape
from math import inf
from typing import TYPE_CHECKING, Literal

from equipoise.errors import AnalysisError
from equipoise.errors import listing as joined

if TYPE_CHECKING:
    import pandas as pd

RESULTS_SCHEMA = "equipoise-results/2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One number of the analysis, with what a reader needs to judge it.

    Attributes:
        id: unique in the results; a report shows it next to the number.
        endpoint: endpoint id, or the topic of a descriptive number (``flow``,
            ``baseline``, ``exposure``, ``events``).
        analysis: what kind of number: ``difference``, ``mean``, ``ls-mean``, ``count``,
            ``proportion``, ``risk-difference``, ``median``, ``sd``, ``survival``, …
        population: analysis set id.
        visit: visit id, or None.
        contrast: arm id for a number of one arm, ``a - b`` for a comparison.
        estimate: None when it cannot be given; ``note`` then says why.
        df: of a t or F distribution; infinite for the normal distribution.
        p: two-sided unless ``note`` says otherwise.
        n: participants behind the number.
        converged: None where nothing was iterated.
        note: a sentence for the reader, or None.
    """

    id: str
    endpoint: str
    analysis: str
    population: str
    visit: str | None = None
    contrast: str | None = None
    estimate: float | None = None
    std_error: float | None = None
    df: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    statistic: float | None = None
    p: float | None = None
    n: int | None = None
    converged: bool | None = None
    note: str | None = None

    @property
    def percent(self) -> float | None:
        """A count as a percentage of ``n``; None where either is not known or n is 0."""
        if self.estimate is None or not self.n:
            return None
        return 100 * self.estimate / self.n


def _short(value: float | None) -> str | None:
    """Four significant digits."""
    return None if value is None else f"{value:.4g}"


NAMES = tuple(item.name for item in fields(Estimate))


def _flat(estimate: Estimate) -> dict[str, object]:
    """The fields of an estimate, none of which holds anything to copy."""
    return {name: getattr(estimate, name) for name in NAMES}


def _finite(estimate: Estimate) -> dict[str, object]:
    """As ``_flat``, without the infinite degrees of freedom that JSON cannot write."""
    made = _flat(estimate)
    return made | {"df": None} if estimate.df == inf else made


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Rows about single participants, as ICH E3 16.2 asks for them.

    Attributes:
        id: unique among the listings.
        columns: heads.
        rows: texts; an empty text is something that was not recorded.
        note: below the listing, or what an empty one means.
        group: number of ICH E3 under which it counts, such as ``16.2.1``.
        printed: False for a listing that the report names and gives as a file only.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    group: str = ""
    printed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where results come from.

    Attributes:
        allocation: ``actual``, or ``dummy`` when arms were shuffled for a dry run while
            the trial is blinded.
        accepted: problems in the data that the user knowingly accepted, as
            ``EQ312: 3 records``.
        corrections: corrections of the source data that were applied, each a sentence.
        virtual: True if the participants are simulated.
    """

    protocol: str
    protocol_version: str
    protocol_hash: str
    data_hash: str
    software: str
    seed: int | None
    allocation: Literal["actual", "dummy"]
    virtual: bool = False
    accepted: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Results:
    """All estimates of one analysis of one data set.

    ``results["caps5_change"]`` is the answer of that endpoint (its primary estimate), or
    the estimate with that id.
    """

    provenance: Provenance
    estimates: tuple[Estimate, ...]
    answers: dict[str, str] = field(default_factory=dict)  # endpoint -> estimate id
    listings: tuple[Listing, ...] = ()

    def __repr__(self) -> str:
        """The primary estimate of each endpoint, and where the others are."""
        table = self._answers_table()
        shown = table.fillna("").to_string(index=False) if len(table) else ""
        return "\n".join(filter(None, [self._title(), shown, self._hint()]))

    def _repr_html_(self) -> str:
        """The same as a table of a notebook."""
        table = self._answers_table()
        made = ""
        if len(table):
            made = table.fillna("").to_html(index=False, border=0)
        return (
            f"<div><p><b>{escape(self._title())}</b></p>"
            f'<div style="overflow-x:auto;max-width:100%">{made}</div>'
            f"<p>{escape(self._hint())}</p></div>"
        )

    def _title(self) -> str:
        known = self.provenance
        count = f"{len(self.estimates):,} estimates, {known.allocation} allocation"
        return f"Results of {known.protocol} {known.protocol_version}: {count}"

    def _hint(self) -> str:
        return (
            'All estimates: results.to_frame(); one endpoint: results["..."]; '
            "several: results.select(endpoint=..., analysis=...)"
        )

    def _answers_table(self) -> pd.DataFrame:
        """A row for the primary estimate of each endpoint, rounded for the eye."""
        import pandas as pd

        rows = []
        for endpoint, name in self.answers.items():
            found = self.by_id.get(name)
            if found is None:
                continue
            level = "" if found.level is None else f"{100 * found.level:g}% CI "
            limits = f"{level}{_short(found.lower)} to {_short(found.upper)}"
            rows.append(
                {
                    "endpoint": endpoint,
                    "analysis": found.analysis,
                    "visit": found.visit,
                    "contrast": found.contrast,
                    "estimate": _short(found.estimate),
                    "interval": None if found.lower is None else limits,
                    "p": _short(found.p),
                    "n": None if found.n is None else str(found.n),
                }
            )
        return pd.DataFrame(rows).dropna(axis=1, how="all")

    def __getitem__(self, name: str) -> Estimate:
        """The estimate with this id, or the answer of the endpoint with this id.

        Raises:
            AnalysisError: EQ450, nothing has that name.
        """
        wanted = self.answers.get(name, name)
        if wanted in self.by_id:
            return self.by_id[wanted]
        raise AnalysisError.single(
            "EQ450",
            f"there is no estimate or endpoint {name!r} in these results",
            where="results[...]",
            fix=f"endpoints: {joined(self.answers)}; all ids: results.to_frame().id",
        )

    def __iter__(self) -> Iterator[Estimate]:
        """All estimates, in the order of the report."""
        return iter(self.estimates)

    @cached_property
    def by_id(self) -> dict[str, Estimate]:
        """Each estimate by its id; the first, should two share one."""
        return {e.id: e for e in reversed(self.estimates)}

    @cached_property
    def _by_endpoint(self) -> dict[str, list[Estimate]]:
        """The estimates of each endpoint, in order."""
        made: dict[str, list[Estimate]] = {}
        for estimate in self.estimates:
            made.setdefault(estimate.endpoint, []).append(estimate)
        return made

    @cached_property
    def _by_analysis(self) -> dict[str, list[Estimate]]:
        """The estimates of each kind of analysis, in order."""
        made: dict[str, list[Estimate]] = {}
        for estimate in self.estimates:
            made.setdefault(estimate.analysis, []).append(estimate)
        return made

    def of(self, endpoint: str) -> list[Estimate]:
        """The estimates of an endpoint or topic, in order."""
        return self._by_endpoint.get(endpoint, [])

    def select(self, **wanted: str | None) -> tuple[Estimate, ...]:
        """Estimates whose fields equal the given ones, such as ``endpoint="flow"``."""
        endpoint, analysis = wanted.get("endpoint"), wanted.get("analysis")
        among: Sequence[Estimate] = self.estimates
        if endpoint:
            among = self.of(endpoint)
        elif analysis:
            among = self._by_analysis.get(analysis, [])
        return tuple(
            estimate
            for estimate in among
            if all(getattr(estimate, key) == value for key, value in wanted.items())
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per estimate, never rounded."""
        import pandas as pd  # kept out of `import equipoise`: half a second

        return pd.DataFrame([_flat(e) for e in self.estimates], columns=list(NAMES))

    def to_dict(self) -> dict[str, object]:
        """The content of ``results.json``."""
        return {
            "schema": RESULTS_SCHEMA,
            "provenance": asdict(self.provenance),
            "answers": dict(self.answers),
            "estimates": [_finite(estimate) for estimate in self.estimates],
            "listings": [asdict(listing) for listing in self.listings],
        }
