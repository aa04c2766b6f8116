"""R and SAS program of one endpoint, from its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from equipoise.analyze.result import Provenance
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.codebook import escaped
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.trial import Trial
from equipoise.report.dates import data_date
from equipoise.report.programmes.expected import DIGITS, SLACK, Number
from equipoise.report.programmes.quoting import in_comment, r_string, sas_string


@dataclass(frozen=True, slots=True)
class Programme:
    """What the templates of one endpoint need.

    Attributes:
        template: name of the templates, without the ending.
        about: the analysis in one sentence.
        numbers: that R must print.
        sas_numbers: those of them that SAS prints as well.
        notes: further sentences at the top.
        texts: values for the template.
    """

    endpoint: Endpoint
    template: str
    about: str
    dataset: Dataset
    numbers: Sequence[Number]
    sas_numbers: Sequence[Number]
    notes: Sequence[str] = ()
    texts: Mapping[str, Any] = field(default_factory=dict)


def rendered(trial: Trial, programme: Programme, known: Provenance) -> dict[str, bytes]:
    """The files of a programme by path, below ``programs/``; origin at the top of each."""
    endpoint = programme.endpoint
    stem = f"{'dummy-' if trial.dummy else ''}{endpoint.id}"
    level = endpoint.analysis.level
    shared = {
        "title": endpoint.label,
        "endpoint": endpoint.id,
        "about": programme.about,
        "banners": banners(trial),
        "origin": origin(trial, known),
        "notes": programme.notes,
        "stem": stem,
        "dataset": programme.dataset.stem,
        "paramcd": trial.parameters[endpoint.id],
        "level": f"{level:.6g}",
        "alpha": f"{1 - level:.6g}",
        "digits": DIGITS,
        "slack": SLACK,
        **_layout(programme.dataset),
        **programme.texts,
    }
    files = {}
    for folder, ending, numbers in (
        ("r", "R", programme.numbers),
        ("sas", "sas", programme.sas_numbers),
    ):
        template = templates().get_template(f"{programme.template}.{ending}")
        text = template.render(**shared, numbers=numbers)
        files[f"programs/{folder}/{stem}.{ending}"] = text.encode()
    return files


def banners(trial: Trial) -> list[str]:
    """Warnings at the top of a program."""
    made = []
    if trial.dummy:
        made.append(
            "DUMMY ALLOCATION: the arms were shuffled; nothing compares treatments"
        )
    if trial.data.origin.virtual:
        made.append("Simulated participants: no participant in these data is real")
    return made


def origin(trial: Trial, known: Provenance) -> list[str]:
    """Where the expected numbers come from: protocol, data and software."""
    date = data_date(trial.data) or "no dates recorded"
    return [
        f"Protocol {known.protocol} {known.protocol_version}; data date: {date}",
        f"Software: {known.software}",
        f"Data: SHA-256 {known.data_hash}",
    ]


def _layout(item: Dataset) -> dict[str, str]:
    """The columns of a file for the INPUT and LENGTH statements of SAS."""
    lengths = []
    for variable in item.variables:
        if variable.type == "Char":
            texts = set(item.frame[variable.name].to_numpy(object))
            sizes = (len(str(text).encode()) for text in texts if not pd.isna(text))
            longest = max(sizes, default=1)
            lengths.append(f"{variable.name} $ {longest}")
    names = [variable.name for variable in item.variables]
    return {"lengths": _wrapped(lengths), "columns": _wrapped(names)}


def _wrapped(words: Sequence[str]) -> str:
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > 70:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n    ".join([*lines, line])


@cache
def templates() -> Environment:
    """The templates; a text of the protocol enters them only through one of the filters."""
    made = Environment(
        loader=PackageLoader("equipoise.report.programmes"),
        autoescape=False,  # noqa: S701 - no HTML: each text passes through a filter below
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["r_string"] = r_string
    made.filters["sas_string"] = sas_string
    made.filters["comment"] = in_comment
    made.filters["markdown"] = escaped
    return made
