"""Tables of two proportions that a test rejects: Fisher, Boschloo, score.

A rejection region is an array of ``n_first + 1`` rows and ``n_second + 1`` columns: whether
the test rejects with so many events in the first and in the second arm.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from equipoise.errors import require_known

Test = Literal["fisher", "boschloo", "score"]
TESTS: tuple[Test, ...] = get_args(Test)
Floats = NDArray[np.float64]
Region = NDArray[np.bool_]
SAME = 1 + 1e-7  # tables this close are equally likely, as in R fisher.test
LEVEL = 1 + 1e-9  # a p-value equal to alpha rejects, whatever its last digit


def rejection_region(
    test: Test,
    n_first: int,
    n_second: int,
    alpha: float = 0.05,
    *,
    sides: Literal[1, 2] = 2,
) -> Region:
    """Tables that a test of two proportions rejects.

    Args:
        test: ``fisher``, two-sided by the tables that are no likelier than the observed
            one; ``boschloo``, two-sided as twice the smaller one-sided p-value; ``score``,
            the chi-square test without continuity correction.
        n_first: participants in the first arm, at least 1.
        n_second: in the second.
        alpha: error of the test.
        sides: 1 rejects only where the first proportion is larger.

    Returns:
        (n_first + 1, n_second + 1) rejected or not, by the events of each arm.

    Source: Fisher 1935, R fisher.test; Boschloo 1970, Stat Neerl 24:1-9,
    scipy.stats.boschloo_exact; Pearson 1900, R prop.test(correct = FALSE).
    """
    require_known("test", test, TESTS)
    if test == "score":
        return _score(n_first, n_second, alpha, sides)
    if test == "fisher" and sides == 2:
        return _fisher_p(n_first, n_second) <= alpha * LEVEL
    larger = _one_sided(test, n_first, n_second, alpha / sides)
    if sides == 1:
        return larger
    if n_first == n_second:
        return larger | larger.T
    return larger | _one_sided(test, n_second, n_first, alpha / 2).T


def probability(region: Region, first: float, second: float) -> float:
    """Probability of a rejection region.

    Args:
        region: of ``rejection_region``.
        first: proportion of the first arm, 0 to 1.
        second: of the second arm.
    """
    return _weighed(region.astype(float), first, second)


def largest_error(region: Region) -> float:
    """Type I error: largest probability of a region over all common proportions.

    A grid that is finer than the waves of the probability, then a search between its
    points next to the largest: known to about 1e-8.
    """
    grid = _grid(sum(region.shape))
    rows, columns = (binomial(n - 1, grid) for n in region.shape)
    tables = region.astype(float)
    sizes = ((rows @ tables) * columns).sum(axis=1)
    top = int(sizes.argmax())
    low, high = grid[max(top - 1, 0)], grid[min(top + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(
        lambda p: -_weighed(tables, p, p),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return max(float(sizes[top]), -float(found.fun))


def _weighed(tables: Floats, first: float, second: float) -> float:
    rows, columns = (
        binomial(n - 1, p)[0]
        for n, p in zip(tables.shape, (first, second), strict=True)
    )
    return float(rows @ tables @ columns)


def binomial(n: int, p: ArrayLike) -> Floats:
    """Binomial probabilities: a row for each ``p``, a column for each count 0 to n."""
    x = np.arange(n + 1)
    p = np.atleast_1d(np.asarray(p, dtype=float))[:, None]
    logs = _choose(n, x) + special.xlogy(x, p) + special.xlog1py(n - x, -p)
    made: Floats = np.exp(logs)
    return made


def _score(n_first: int, n_second: int, alpha: float, sides: int) -> Region:
    x, y = np.arange(n_first + 1)[:, None], np.arange(n_second + 1)[None, :]
    difference = x / n_first - y / n_second
    pooled = (x + y) / (n_first + n_second)
    variance = pooled * (1 - pooled) * (1 / n_first + 1 / n_second)
    z = np.divide(
        difference, np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0
    )
    critical = -special.ndtri(alpha / sides) / LEVEL
    region: Region = (z if sides == 1 else abs(z)) >= critical
    return region


def _hypergeometric(n_first: int, n_second: int) -> Floats:
    """Probability of x events in the first arm given m in both: row m, column x."""
    total = n_first + n_second
    m, x = np.arange(total + 1)[:, None], np.arange(n_first + 1)[None, :]
    other = m - x
    possible = (other >= 0) & (other <= n_second)
    logs = _choose(n_first, x) + _choose(n_second, np.clip(other, 0, n_second))
    made: Floats = np.exp(np.where(possible, logs - _choose(total, m), -np.inf))
    return made


def _by_counts(by_sum: Floats, n_second: int) -> Floats:
    """Values by (sum of events, events of the first arm) as (first arm, second arm)."""
    x = np.arange(by_sum.shape[1])[:, None]
    made: Floats = by_sum[x + np.arange(n_second + 1), x]
    return made


def _fisher_p(n_first: int, n_second: int) -> Floats:
    """Two-sided p-values: at most two tables of a row are equally likely."""
    p = _hypergeometric(n_first, n_second)
    order = np.argsort(p, axis=1)
    rising = np.take_along_axis(p, order, axis=1)
    sums = np.cumsum(rising, axis=1)
    tied = rising[:, 1:] <= rising[:, :-1] * SAME
    sums[:, :-1] = np.where(tied, sums[:, 1:], sums[:, :-1])
    values = np.empty_like(p)
    np.put_along_axis(values, order, sums, axis=1)
    return _by_counts(values, n_second)


def _one_sided(test: Test, n_first: int, n_second: int, alpha: float) -> Region:
    """Tables rejected because the first proportion is larger."""
    p = _hypergeometric(n_first, n_second)
    upper = np.cumsum(p[:, ::-1], axis=1)[:, ::-1]
    statistic = _by_counts(upper, n_second)
    conditional: Region = statistic <= alpha * LEVEL
    return conditional if test == "fisher" else _raised(conditional, statistic, alpha)


def _raised(conditional: Region, statistic: Floats, alpha: float) -> Region:
    """Boschloo: tables are added by Fisher's p while the type I error stays below alpha.

    Args:
        conditional: rejected by Fisher's one-sided test, whose error is at most alpha.
        statistic: Fisher's one-sided p-value of each table.
        alpha: one-sided error.
    """
    x, y = np.nonzero(~conditional)
    order = np.argsort(statistic[x, y], kind="stable")
    x, y = x[order], y[order]
    value = statistic[x, y]
    # tables with the same p-value are added together
    ends = np.append(np.nonzero(value[1:] > value[:-1] * SAME)[0], len(value) - 1) + 1
    errors = _errors(conditional, (x, y), ends, value, alpha)
    fitting = int(np.searchsorted(errors, alpha * LEVEL, side="right"))
    while True:
        region = conditional.copy()
        taken = int(ends[fitting - 1]) if fitting else 0
        region[x[:taken], y[:taken]] = True
        # the grid misses the top of the last wave by less than a thousandth
        safe = not fitting or errors[fitting - 1] < 0.999 * alpha
        if safe or largest_error(region) <= alpha * LEVEL:
            return region
        fitting -= 1


def _errors(
    conditional: Region,
    tables: tuple[NDArray[np.intp], NDArray[np.intp]],
    ends: NDArray[np.intp],
    value: Floats,
    alpha: float,
) -> Floats:
    """Type I errors on a grid when the first, the first two, ... groups are added.

    Args:
        conditional: rejected already.
        tables: events of both arms, by rising p-value.
        ends: of the groups.
        value: p-value of each table.
        alpha: the errors go on until they pass it.
    """
    n_first, n_second = (n - 1 for n in conditional.shape)
    grid = _grid(n_first + n_second + 2)
    rows, columns = binomial(n_first, grid), binomial(n_second, grid)
    start = ((rows @ conditional.astype(float)) * columns).sum(axis=1)
    limit = (
        2 * alpha
    )  # nearly always above the last table's p-value; else it is doubled
    while True:
        groups = ends[: int(np.searchsorted(value[ends - 1], limit)) + 1]
        x, y = (events[: groups[-1]] for events in tables)
        added = np.cumsum(rows[:, x] * columns[:, y], axis=1)
        errors: Floats = (start[:, None] + added[:, groups - 1]).max(axis=0)
        if errors[-1] > alpha * LEVEL or limit > 1:
            return errors
        limit *= 2


def _grid(counts: int) -> Floats:
    """Common proportions: evenly spaced arcs, several to the width of a binomial."""
    points = int(6 * np.sqrt(counts)) + 60
    grid: Floats = np.sin(np.linspace(0, np.pi / 2, points + 2)[1:-1]) ** 2
    return grid


def _choose(n: ArrayLike, x: ArrayLike) -> Floats:
    """Logarithm of a binomial coefficient of whole numbers."""
    n, x = np.asarray(n), np.asarray(x)
    logs = special.gammaln(np.arange(int(n.max()) + 1) + 1.0)  # of the factorials
    made: Floats = logs[n] - logs[x] - logs[n - x]
    return made
