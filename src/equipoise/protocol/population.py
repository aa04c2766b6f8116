"""Characteristics, eligibility criteria and analysis sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import ScoreName

SITE = (
    "site"  # column of participants that can be a factor, without [[characteristics]]
)


class Characteristic(Part):
    """A value recorded once per participant: a column of ``participants``.

    Attributes:
        type: ``number`` or ``category``.
        values: allowed codes of a category, in the order of report tables.
        labels: labels of the codes; a code without a label is shown unchanged.
        baseline_table: False to omit it from the baseline table.
    """

    id: Identifier
    label: Text
    type: Literal["number", "category"]
    unit: Text | None = None
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    baseline_table: bool = True


class Requirement(Part):
    """A rule that the application can check.

    Exactly one of ``characteristic`` and ``score`` (with ``visit``) is given, and at
    least one of the bounds or ``one_of``.
    """

    characteristic: Identifier | None = None
    score: ScoreName | None = None
    visit: Identifier | None = None
    min: float | None = None
    max: float | None = None
    one_of: tuple[str, ...] = ()


class Criterion(Sourced):
    """An eligibility criterion: a checkable rule, or an attestation by an investigator.

    Attributes:
        kind: an inclusion criterion must be met, an exclusion criterion must not.
        require: the rule; None means that an investigator attests to it.
    """

    id: Identifier
    kind: Literal["inclusion", "exclusion"]
    text: Text
    require: Requirement | None = None


class AnalysisSet(Sourced):
    """An analysis set (ICH E9 5.2).

    Attributes:
        exposed: only participants with at least one infusion or treatment start.
        assessed: score that must have been observed at least once after baseline.
        as_: analyzed by the randomized arm, or by the arm received.
    """

    id: Identifier
    label: Text
    randomized: bool = True
    exposed: bool = False
    assessed: ScoreName | None = None
    as_: Literal["randomized", "treated"] = Field(default="randomized", alias="as")
