"""The grammar of a model formula; nothing in it is ever evaluated as code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.expressions import Reader, unreadable
from equipoise.stats.mmrm.transforms import (
    ARITHMETIC,
    FACTORS,
    OF_ALL_ROWS,
    Transform,
    read_call,
)
from equipoise.stats.options import STRUCTURES, canonical_name

Term = tuple[str, ...]
NO_INTERCEPT = (
    "a model without intercept is not available; the same model with an intercept gives "
    "the mean of each level by fit.emmeans"
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A model of repeated measures.

    Attributes:
        terms: main effects and interactions, in the order of the text; the intercept is
            always in the model. A name is that of a column, or the label of a function.
        structure: covariance structure, one of ``options.STRUCTURES``.
        places: the column of the visits; for a spatial structure the columns of the
            coordinates.
        group: column of the groups that have a covariance matrix each, or None.
        factors: columns that are factors whatever they hold, as ``C(arm)`` says.
        functions: functions of columns by their label.
        offsets: columns or functions that are added with the coefficient 1.
    """

    outcome: str
    terms: tuple[Term, ...]
    structure: str
    places: tuple[str, ...]
    subject: str
    group: str | None = None
    factors: tuple[str, ...] = ()
    functions: tuple[tuple[str, Transform], ...] = ()
    offsets: tuple[Transform, ...] = ()

    def __str__(self) -> str:
        functions = dict(self.functions)

        def written(name: str) -> str:
            if name in functions:
                return name
            return f"C({name})" if name in self.factors else name

        terms = [":".join(map(written, term)) for term in self.terms]
        terms += [f"offset({each.inside})" for each in self.offsets]
        group = f"{self.group} / " if self.group else ""
        places = ", ".join(self.places)
        inside = f"{self.structure}({places} | {group}{self.subject})"
        return f"{self.outcome} ~ {' + '.join(terms) or '1'} + {inside}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns of the fixed effects, each once."""
        functions = dict(self.functions)
        named: list[str] = []
        for term in self.terms:
            for name in term:
                own = functions.get(name)
                named += own.columns if own else (name,)
        return tuple(dict.fromkeys(named))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns inside functions, which must be numeric."""
        inside = [t for _, t in self.functions] + list(self.offsets)
        return tuple(dict.fromkeys(name for each in inside for name in each.columns))

    @property
    def spatial(self) -> bool:
        """Whether correlation depends on distances between coordinates."""
        return STRUCTURES[self.structure].spatial

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is named, each once."""
        group = () if self.group is None else (self.group,)
        offsets = [name for each in self.offsets for name in each.columns]
        named = (self.outcome, *self.variables, *self.places, self.subject, *group)
        return tuple(dict.fromkeys((*named, *offsets)))

    def components(self, name: str) -> tuple[str, ...]:
        """Columns of the model that a name of a term stands for."""
        for label, own in self.functions:
            if label == name:
                return own.components
        return (name,)

    def split(self, term: Term) -> tuple[Term, ...]:
        """The products of components that a term consists of."""
        if not self.functions:
            return (term,)
        parts: list[Term] = [()]
        for name in term:
            parts = [(*part, own) for part in parts for own in self.components(name)]
        return tuple(parts)


@dataclass(slots=True)
class _Sum:
    """What was read: terms, each once, and what is no term."""

    terms: dict[frozenset[str], Term] = field(default_factory=dict)
    covariances: list[tuple[str, tuple[str, ...], str | None, str]] = field(
        default_factory=list
    )
    offsets: list[Transform] = field(default_factory=list)

    def add(self, terms: Iterable[Term]) -> None:
        for term in terms:
            self.terms.setdefault(frozenset(term), term)


def parse(text: str) -> Formula:
    """Reads ``outcome ~ a + b * c + c:d + us(visit | group / subject)``.

    ``b * c`` stands for ``b + c + b:c``, ``(a + b)^2`` for all products of two,
    ``a / b`` for ``a + a:b``, and ``- a`` takes a term away. Terms may hold
    ``C(a)`` (a factor), ``log(a)``, ``log2``, ``log10``, ``log1p``, ``exp``, ``expm1``,
    ``sqrt``, ``abs``, ``I(a**2 + b)``, ``poly(a, 2)``, ``bs(a, df=4)``, ``center(a)``,
    ``scale(a)`` and ``offset(a)``. Names are letters of any alphabet, digits, ``_`` and
    ``.``; others stand between back-quotes. The group is optional; a spatial structure
    takes one or more coordinates, as in ``sp_exp(day, hour | subject)``.

    Raises:
        AnalysisError: EQ400, anything else; EQ407, an unknown structure.
    """
    if not isinstance(text, str):
        raise unreadable(str(text), "it is not text")
    reader = Reader(text)
    names = _Names()
    if reader.next.kind != "name":
        raise reader.unexpected("there is no single outcome before ~: a column")
    outcome = reader.take().text
    if reader.next.text == "(":
        raise unreadable(
            text,
            f"{outcome}() of the outcome is not available; make a column of it, such as "
            "frame['log_y'] = numpy.log(frame['y'])",
        )
    if not reader.accept("~"):
        raise reader.unexpected("there is no single outcome before ~")
    found = _sum(reader, names, top=True)
    if reader.next.kind != "end":
        raise reader.unexpected("the formula should end")
    if len(found.covariances) != 1:
        raise unreadable(text, f"it has {len(found.covariances)} covariance terms")
    structure, places, group, subject = found.covariances[0]
    both = [n for n in names.factors if n in names.plain]
    if both:
        raise unreadable(
            text,
            f"{both[0]!r} is a factor in one term and a number in another; write "
            f"C({both[0]}) in every term, or make a second column",
        )
    return Formula(
        outcome,
        tuple(term for term in found.terms.values() if term),
        structure,
        places,
        subject,
        group,
        tuple(names.factors),
        tuple(names.functions.items()),
        tuple(found.offsets),
    )


class _Names:
    """Factors and functions that the terms name."""

    def __init__(self) -> None:
        self.factors: dict[str, None] = {}
        self.plain: set[str] = set()
        self.functions: dict[str, Transform] = {}


def _sum(reader: Reader, names: _Names, top: bool = False) -> _Sum:
    """Terms joined by plus and minus."""
    found = _Sum()
    sign = reader.accept("-", "+") or "+"
    while True:
        if reader.next.kind == "number" and reader.next.text in ("0", "1"):
            if (sign, reader.take().text) in (("+", "0"), ("-", "1")):
                raise unreadable(reader.text, NO_INTERCEPT)
        elif top and sign == "+" and _is_covariance(reader):
            found.covariances.append(_covariance(reader))
        elif top and sign == "+" and _is_call(reader, "offset"):
            reader.take()
            reader.take()
            found.offsets.append(Transform("I", reader.arithmetic()))
            reader.expect(")")
        else:
            terms = _product(reader, names)
            if sign == "+":
                found.add(terms)
            for term in terms if sign == "-" else ():
                found.terms.pop(frozenset(term), None)
        next_sign = reader.accept("+", "-")
        if next_sign is None:
            return found
        sign = next_sign


def _product(reader: Reader, names: _Names) -> list[Term]:
    """``a * b`` and ``a / b``, from left to right."""
    terms = _interaction(reader, names)
    while sign := reader.accept("*", "/"):
        more = _interaction(reader, names)
        if sign == "*":
            terms = [*terms, *more, *_joined(terms, more)]
        else:
            whole = tuple(dict.fromkeys(name for term in terms for name in term))
            terms = [*terms, *_joined([whole], more)]
    return sorted(terms, key=len) if len(terms) > 3 else terms


def _interaction(reader: Reader, names: _Names) -> list[Term]:
    terms = _power(reader, names)
    while reader.accept(":"):
        terms = _joined(terms, _power(reader, names))
    return terms


def _power(reader: Reader, names: _Names) -> list[Term]:
    """``(a + b + c)^2``: the products of at most two."""
    terms = _atom(reader, names)
    if not reader.accept("^"):
        return terms
    if reader.next.kind != "number" or not reader.next.text.isdigit():
        raise reader.unexpected("a whole number is expected after ^")
    n = int(reader.take().text)
    return [
        tuple(dict.fromkeys(name for term in chosen for name in term))
        for size in range(1, min(n, len(terms)) + 1)
        for chosen in combinations(terms, size)
    ]


def _joined(terms: list[Term], more: list[Term]) -> list[Term]:
    return [tuple(dict.fromkeys((*a, *b))) for a in terms for b in more]


def _atom(reader: Reader, names: _Names) -> list[Term]:
    """A column, a function of columns, or a sum between parentheses."""
    if reader.accept("("):
        terms = list(_sum(reader, names).terms.values())
        reader.expect(")")
        return terms
    token = reader.next
    if token.kind == "name" and not token.quoted and reader.ahead(1).text == "(":
        return [(_call(reader, names),)]
    name = reader.name("a term")
    names.plain.add(name)
    return [(name,)]


def _call(reader: Reader, names: _Names) -> str:
    """Reads a function; the name that a term has for it."""
    name = reader.take().text.removeprefix("np.")
    reader.expect("(")
    if name in FACTORS:
        column = reader.name("the column that is a factor")
        reader.expect(")")
        names.factors[column] = None
        return column
    if name not in ARITHMETIC and name not in OF_ALL_ROWS:
        if name in STRUCTURES:
            raise unreadable(
                reader.text, f"{name}() needs a bar, as in {name}(visit | participant)"
            )
        known = ", ".join([*FACTORS[:1], *ARITHMETIC, *OF_ALL_ROWS, "offset"])
        raise unreadable(
            reader.text,
            f"{name}() is no function of a term; available: {known}; a column of the "
            "frame can hold anything else",
        )
    transform = read_call(reader, name)
    names.plain.update(transform.columns)
    names.functions[transform.label] = transform
    return transform.label


def _is_call(reader: Reader, name: str) -> bool:
    token = reader.next
    return (token.text, token.quoted, reader.ahead(1).text) == (name, False, "(")


def _is_covariance(reader: Reader) -> bool:
    """A name with a bar between its parentheses, such as ``us(`` or ``ar(1)(``."""
    if reader.next.kind != "name" or reader.ahead(1).text != "(":
        return False
    depth = 0
    for number in range(1, 10**6):
        token = reader.ahead(number)
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if token.kind == "end" or (depth == 0 and reader.ahead(number + 1).text != "("):
            return False
        if token.kind == "symbol" and token.text == "|" and depth == 1:
            return True
    return False


def _covariance(reader: Reader) -> tuple[str, tuple[str, ...], str | None, str]:
    """Reads ``us(visit | group / subject)``."""
    text = reader.text
    structure = reader.take().text
    reader.expect("(")
    if reader.ahead(1).text == ")" and reader.ahead(2).text == "(":  # ar(1)(
        structure = f"{structure}({reader.take().text})"
        reader.take()
        reader.take()
    places = [reader.name("the column of the visits")]
    while reader.accept(","):
        places.append(reader.name("a coordinate"))
    reader.expect("|")
    subject, group = reader.name("the column of the participants"), None
    if reader.accept("/"):
        group, subject = subject, reader.name("the column of the participants")
    reader.expect(")")
    where = f"formula {text!r}"
    structure = canonical_name(structure, STRUCTURES)
    checked_option("structure", structure, STRUCTURES, code="EQ407", where=where)
    if len(places) > 1 and not STRUCTURES[structure].spatial:
        raise unreadable(text, f"{structure} takes one column of visits")
    return structure, tuple(places), group, subject
