"""The stated grammar of a model formula; nothing in it is ever evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.options import STRUCTURES, canonical_name

NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
COVARIANCE = re.compile(
    rf"^({NAME}(?:\s*\(\s*\w+\s*\))?)\s*\(\s*({NAME}(?:\s*,\s*{NAME})*)\s*\|\s*(?:({NAME})\s*/\s*)?({NAME})\s*\)$"
)
PRODUCT = re.compile(rf"^{NAME}(\s*[*:]\s*{NAME})*$")
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A model of repeated measures.

    Attributes:
        terms: main effects and interactions, in the order of the text; the intercept is
            always in the model.
        structure: covariance structure, one of ``options.STRUCTURES``.
        places: the column of the visits; for a spatial structure the columns of the
            coordinates.
        group: column of the groups that have a covariance matrix each, or None.
    """

    outcome: str
    terms: tuple[Term, ...]
    structure: str
    places: tuple[str, ...]
    subject: str
    group: str | None = None

    def __str__(self) -> str:
        terms = " + ".join(":".join(term) for term in self.terms) or "1"
        group = f"{self.group} / " if self.group else ""
        places = ", ".join(self.places)
        inside = f"{self.structure}({places} | {group}{self.subject})"
        return f"{self.outcome} ~ {terms} + {inside}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns of the fixed effects, each once."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term))

    @property
    def spatial(self) -> bool:
        """Whether correlation depends on distances between coordinates."""
        return STRUCTURES[self.structure].spatial

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is named, each once."""
        group = () if self.group is None else (self.group,)
        named = (self.outcome, *self.variables, *self.places, self.subject, *group)
        return tuple(dict.fromkeys(named))


def parse(text: str) -> Formula:
    """Reads ``outcome ~ a + b * c + c:d + us(visit | group / subject)``.

    ``b * c`` stands for ``b + c + b:c``. Names are letters, digits, ``_`` and ``.``. The
    group is optional; a spatial structure takes one or more coordinates, as in
    ``sp_exp(day, hour | subject)``.

    Raises:
        AnalysisError: EQ400, anything else; EQ407, an unknown structure.
    """
    outcome, tilde, right = text.partition("~")
    if not tilde or not re.fullmatch(NAME, outcome.strip()):
        raise _unreadable(text, "there is no single outcome before ~")
    covariance: list[re.Match[str]] = []
    terms: dict[Term, None] = {}
    for part in (piece.strip() for piece in _split(right)):
        call = COVARIANCE.match(part)
        if call:
            covariance.append(call)
        elif PRODUCT.match(part):
            terms.update(dict.fromkeys(_expand(part)))
        elif part != "1":
            raise _unreadable(text, f"{part!r} is no term")
    if len(covariance) != 1:
        raise _unreadable(text, f"it has {len(covariance)} covariance terms")
    structure, inside, group, subject = covariance[0].groups()
    places = tuple(name.strip() for name in inside.split(","))
    where = f"formula {text!r}"
    structure = canonical_name(structure, STRUCTURES)
    checked_option("structure", structure, STRUCTURES, code="EQ407", where=where)
    if len(places) > 1 and not STRUCTURES[structure].spatial:
        raise _unreadable(text, f"{structure} takes one column of visits")
    return Formula(outcome.strip(), tuple(terms), structure, places, subject, group)


def _split(text: str) -> list[str]:
    """Parts between the plus signs that are not inside parentheses."""
    return re.split(r"\+(?![^(]*\))", text)


def _expand(product: str) -> list[Term]:
    """Terms of ``a * b:c``: every combination of the factors of ``*``."""
    factors = [
        tuple(name.strip() for name in factor.split(":"))
        for factor in product.split("*")
    ]
    return [
        tuple(dict.fromkeys(name for factor in chosen for name in factor))
        for size in range(1, len(factors) + 1)
        for chosen in combinations(factors, size)
    ]


def _unreadable(text: str, why: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ400",
        f"the formula cannot be read: {why}",
        where=f"formula {text!r}",
        fix="write it as outcome ~ baseline + arm * visit + us(visit | participant)",
    )
