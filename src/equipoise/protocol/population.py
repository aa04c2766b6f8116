"""Who takes part, what is known of them, and who is analyzed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import ScoreName


class Characteristic(Part):
    """Something recorded once about a participant: a column of ``participants``.

    Attributes:
        type: ``number`` or ``category``.
        values: allowed codes of a category, in the order of report tables.
        labels: what the codes mean; a code without a label is shown as it is.
        baseline_table: False to leave it out of the baseline table.
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
    """A rule that a machine can check.

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
        kind: an inclusion criterion must hold, an exclusion criterion must not.
        require: the rule; None means that an investigator attests to it.
    """

    id: Identifier
    kind: Literal["inclusion", "exclusion"]
    text: Text
    require: Requirement | None = None


class AnalysisSet(Sourced):
    """Who is analyzed (ICH E9 5.2).

    Attributes:
        exposed: only participants with at least one infusion or treatment start.
        assessed: score that must have been observed at least once after baseline.
        as_: analyzed by the arm that was randomized, or that was received.
    """

    id: Identifier
    label: Text
    randomized: bool = True
    exposed: bool = False
    assessed: ScoreName | None = None
    as_: Literal["randomized", "treated"] = Field(default="randomized", alias="as")
