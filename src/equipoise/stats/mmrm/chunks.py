"""Rows that do not fit in memory: a Parquet file or folder, or a Dask dataframe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.numerics.progress import progress
from equipoise.stats.frames import absent_columns, is_path
from equipoise.stats.mmrm.design import Design, Encoding, encode, matrices
from equipoise.stats.mmrm.formula import Formula
from equipoise.stats.mmrm.row_checks import (
    Constancy,
    check_factors,
    check_visits,
    refuse_measured_times,
)
from equipoise.stats.mmrm.rows import Kinds, Levels, factor, read, typed, visit_factor
from equipoise.stats.mmrm.source import Source

ROWS = 2**18  # of a file together
Frames = Callable[[str], Iterator[pd.DataFrame]]


def is_large(frame: Any) -> bool:
    """Whether this is the path of a Parquet file or a Dask dataframe."""
    csv = is_path(frame) and str(frame).lower().endswith(".csv")
    return (is_path(frame) and not csv) or hasattr(frame, "npartitions")


def open_chunks(formula: Formula, where: Any, weights: Any) -> Source:
    """The rows in parts with whole participants.

    A first pass finds levels, means and rows to set aside; each later pass makes the
    matrices again. Nothing larger than a part is held.

    Raises:
        AnalysisError: EQ401 to EQ404 as in memory; EQ407 a spatial structure; EQ410
            the file cannot be read, or the rows of a participant are apart.
    """
    if formula.spatial:
        raise AnalysisError.single(
            "EQ407",
            f"{formula.structure} of rows that are read in parts",
            where="mmrm",
            fix="give a frame in memory, or use a structure on a grid of visits",
        )
    _refuse_what_needs_all_rows(formula, weights)
    kinds = Kinds(formula, weights)
    frames: Frames = (
        _Files.of(where, kinds) if is_path(where) else _Dask.of(where, kinds)
    )
    seen = _Scan(kinds)
    for chunk in _whole_participants(frames("levels"), formula.subject):
        seen.add(chunk)
    seen.finish(str(where) if is_path(where) else "dataframe")
    known = replace(kinds, levels=seen.levels)
    encoding = encode(formula, typed(seen.example, known)).at_means(seen.means)
    encoding = replace(encoding, unordered=seen.unordered)
    groups: tuple[Any, ...] = (None,)
    if formula.group is not None:
        groups = seen.levels[formula.group]

    visit = formula.places[0]
    planned = seen.categories(visit)
    return Source(
        encoding=encoding,
        visits=seen.levels[visit],
        planned=planned,
        groups=groups,
        parts=_Parts(frames, known, encoding, planned),
        excluded=seen.n_excluded,
        whole=None,
        notes=seen.notes,
    )


@dataclass(frozen=True, eq=False)
class _Parts:
    """The matrices of each part, made again at each call."""

    frames: Frames
    kinds: Kinds
    encoding: Encoding
    planned: tuple[Any, ...]

    def __call__(self) -> Iterator[Design]:
        """Parts with whole participants."""
        subject = self.kinds.formula.subject
        for chunk in _whole_participants(self.frames("rows"), subject):
            rows = read(chunk, self.kinds)
            if len(rows.kept):
                made = matrices(self.encoding, rows.kept, self.kinds.weights)
                yield replace(made, planned=self.planned)


def _refuse_what_needs_all_rows(formula: Formula, weights: Any) -> None:
    """Rejects what cannot be learned from rows in parts: EQ407."""
    what = [label for label, own in formula.functions if own.of_all_rows]
    what += ["offset" for _ in formula.offsets]
    if weights is not None and not isinstance(weights, str):
        what.append("weights that are not a column")
    visits = [name for name in formula.numbers if name in formula.places]
    what += [f"a function of {name}" for name in visits]
    if what:
        raise AnalysisError.single(
            "EQ407",
            f"{what[0]} is not available for rows that are read in parts",
            where="mmrm",
            fix="make a column of the file, or give a frame in memory",
        )


@dataclass
class _Scan:
    """What the first pass learns."""

    kinds: Kinds
    n: int = 0
    n_excluded: int = 0
    levels: Levels = field(default_factory=dict)
    example: pd.DataFrame = field(default_factory=pd.DataFrame)
    _sums: dict[str, float] = field(default_factory=dict)
    _found: dict[str, dict[Any, None]] = field(default_factory=dict)
    _order: dict[str, dict[Any, None]] = field(default_factory=dict)
    _people: list[Any] = field(default_factory=list)
    _stored: dict[str, Any] = field(default_factory=dict)
    _planned: dict[Any, None] = field(default_factory=dict)
    _most: int = 0
    _constancy: Constancy = field(default_factory=Constancy)
    notes: tuple[str, ...] = ()
    unordered: frozenset[str] = frozenset()

    @property
    def means(self) -> dict[str, float]:
        """Of numeric covariates."""
        return {name: total / self.n for name, total in self._sums.items()}

    def add(self, chunk: pd.DataFrame) -> None:
        """Levels and sums of complete rows."""
        rows = read(chunk, self.kinds)
        self.n += len(rows.kept)
        self.n_excluded += len(rows.excluded)
        formula = self.kinds.formula
        subject = formula.subject
        self._planned.update(dict.fromkeys(rows.planned))
        self._constancy.add(formula, rows.kept)
        if len(rows.kept):
            codes = rows.kept[subject].cat.codes.to_numpy()
            self._most = max(self._most, int(np.bincount(codes).max()))
        for name in formula.columns:
            self._stored.setdefault(name, chunk[name].dtype)
        people = pd.Series(chunk[subject].unique())
        self._people.append(pd.util.hash_pandas_object(people, index=False).to_numpy())
        names = [n for n in rows.kept.columns if n != subject]
        for name in names:
            column = rows.kept[name]
            if isinstance(column.dtype, pd.CategoricalDtype):
                found = self._found.setdefault(name, {})
                found.update(dict.fromkeys(column.cat.categories))
                stored = chunk[name].dtype
                if isinstance(stored, pd.CategoricalDtype):
                    order = self._order.setdefault(name, {})
                    order.update(dict.fromkeys(stored.categories))
            elif name in formula.variables:
                self._sums[name] = self._sums.get(name, 0.0) + float(column.sum())
        if self.example.empty:
            self.example = chunk.loc[
                chunk[self.kinds.columns].notna().all(axis=1)
            ].head(2)

    def categories(self, name: str) -> tuple[Any, ...]:
        """All visits in order, with and without complete rows."""
        stored = self._stored[name]
        if isinstance(stored, pd.CategoricalDtype):
            order = pd.CategoricalDtype(list(self._order[name]), stored.ordered)
            column = pd.Series(list(order.categories), dtype=order, name=name)
        else:
            column = pd.Series(list(self._planned), name=name, dtype=object)
        return tuple(visit_factor(column).cat.categories)

    def finish(self, where: str) -> None:
        """Refuses rows of a participant that are apart; puts levels in order."""
        if self.n == 0:
            raise AnalysisError.single(
                "EQ404",
                "no row has outcome, covariates and weight",
                where=where,
                fix="look for a column that is missing throughout",
            )
        people = np.sort(np.concatenate(self._people))
        apart = int((people[1:] == people[:-1]).sum())
        if apart:
            raise AnalysisError.single(
                "EQ410",
                f"rows not one after another for {counted(apart, 'participant')}",
                where=f"{where}, column {self.kinds.formula.subject}",
                fix="sort the rows by participant",
            )
        for name, found in self._found.items():
            if name in self._order:
                self.levels[name] = tuple(x for x in self._order[name] if x in found)
            else:
                column = pd.Series(list(found), name=name, dtype=object)
                self.levels[name] = tuple(factor(column).cat.categories)
        self._check(len(people))
        self._people.clear()

    def _check(self, n_subjects: int) -> None:
        """The checks of rows in memory; visits in their order.

        Raises:
            AnalysisError: EQ413 to EQ415.
        """
        formula = self.kinds.formula
        place = formula.places[0]
        planned, rated = self.categories(place), set(self.levels[place])
        visits = tuple(visit for visit in planned if visit in rated)
        self.levels[place] = visits
        notes = refuse_measured_times(formula, len(visits), self.n, self._most)
        stored = self._stored[place]
        notes += check_visits(formula, stored, planned, visits)
        levels = pd.DataFrame(
            {
                name: pd.Series(pd.Categorical(list(own)[:1], categories=list(own)))
                for name, own in self.levels.items()
            }
        )
        for name in formula.variables:
            if name not in levels:
                levels[name] = 0.0
        of_factors, self.unordered = check_factors(
            levels, self._stored, formula, n_subjects
        )
        self.notes = (*notes, *of_factors, *self._constancy.notes())


def _whole_participants(
    frames: Iterator[pd.DataFrame], subject: str
) -> Iterator[pd.DataFrame]:
    """Frames cut between participants: the last one waits for the next frame."""
    waiting: pd.DataFrame | None = None
    for frame in frames:
        both = frame if waiting is None else pd.concat([waiting, frame])
        last = (both[subject] == both[subject].iloc[-1]).to_numpy()
        waiting = both[last]
        if not last.all():
            yield both[~last]
    if waiting is not None:
        yield waiting


@dataclass(frozen=True, eq=False)
class _Files:
    """Batches of a Parquet file or folder, with progress."""

    data: Any
    columns: list[str]
    n: int

    @classmethod
    def of(cls, where: Any, kinds: Kinds) -> _Files:
        """Of a path.

        Raises:
            AnalysisError: EQ401, EQ410.
        """
        import pyarrow as pa  # kept out of `import equipoise`: half a second
        import pyarrow.dataset

        try:
            data = pyarrow.dataset.dataset(str(where), format="parquet")
            n = data.count_rows()
        except (OSError, pa.ArrowException) as error:
            raise AnalysisError.single(
                "EQ410",
                f"cannot be read as Parquet: {str(error).splitlines()[0]}",
                where=str(where),
                fix="give the path of a Parquet file or of a folder of them",
            ) from error
        _refuse_absent(kinds, data.schema.names)
        return cls(data, kinds.columns, n)

    def __call__(self, purpose: str) -> Iterator[pd.DataFrame]:
        """The batches, in order."""
        with progress(f"mmrm: {purpose}", self.n) as advance:
            batches = self.data.to_batches(
                columns=self.columns,
                batch_size=ROWS,
                batch_readahead=2,
                fragment_readahead=1,
                use_threads=False,
            )
            for batch in batches:
                if batch.num_rows:
                    yield batch.to_pandas()
                advance(batch.num_rows)


@dataclass(frozen=True, eq=False)
class _Dask:
    """Partitions of a Dask dataframe, with progress."""

    chosen: Any

    @classmethod
    def of(cls, where: Any, kinds: Kinds) -> _Dask:
        """Of a dataframe.

        Raises:
            AnalysisError: EQ401.
        """
        _refuse_absent(kinds, list(where.columns))
        return cls(where[kinds.columns])

    def __call__(self, purpose: str) -> Iterator[pd.DataFrame]:
        """The partitions, in order."""
        n = self.chosen.npartitions
        with progress(f"mmrm: {purpose}", n) as advance:
            for number in range(n):
                frame = self.chosen.get_partition(number).compute()
                if len(frame):
                    yield frame
                advance(1)


def _refuse_absent(kinds: Kinds, names: list[str]) -> None:
    absent = [name for name in kinds.columns if name not in names]
    if absent:
        raise absent_columns(absent, names, "file of the model")
