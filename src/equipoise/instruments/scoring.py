"""Scores of responses, in wide forms or in a long table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import InstrumentError, refuse
from equipoise.instruments import scoring_errors
from equipoise.instruments.model import Instrument
from equipoise.instruments.response_grid import Codes, named_like
from equipoise.instruments.rules import Flags, Sheet, Vector, Worked
from equipoise.instruments.table import COLUMNS, FORM, AnswerTable


def score_forms(instrument: Instrument, forms: pd.DataFrame) -> pd.DataFrame:
    """Every score of every form.

    Args:
        instrument: of the forms.
        forms: one row per form, one column per item, named by item id; NaN for a missing
            response. An item without a column is missing in every form.

    Returns:
        The index of ``forms`` and one float64 column per score; NaN where the missing
        rule of the score does not allow it. A recorded score is NaN.

    Raises:
        InstrumentError: EQ211 a column is not an item; EQ212 a response is not allowed,
            with the form, item and value of each in ``records``.
    """
    where = f"forms of {instrument.id}"
    unknown = [str(name) for name in forms.columns if name not in instrument.items]
    problems = []
    if unknown:
        problems.append(scoring_errors.unknown_items(instrument, unknown, where=where))
    answers = np.full((len(instrument.items), len(forms)), np.nan)
    wrong = np.zeros(answers.shape, dtype=bool)
    for row, (name, item) in enumerate(instrument.items.items()):
        if name in forms.columns:
            answers[row] = scoring_errors.numbers(forms[name])
            wrong[row] = scoring_errors.outside(item, answers[row])
    if wrong.any():
        records = _cells(forms, list(instrument.items), wrong)
        problems.append(scoring_errors.wrong_answers(instrument, records, where=where))
    refuse(InstrumentError, problems)
    worked = _work_out(instrument, answers)
    return pd.DataFrame(
        {name: result.value for name, result in worked.items()}, index=forms.index
    )


def score(answers: pd.DataFrame, instruments: Mapping[str, Instrument]) -> pd.DataFrame:
    """Every score of every form in a long table of responses.

    A form is all rows with the same participant, visit, minute and instrument.
    Categorical columns are fastest: their codes are used directly.

    Args:
        answers: columns ``participant, visit, timepoint_min, instrument, item, value``;
            further columns are ignored. ``timepoint_min`` may be missing in a row; a
            missing ``value`` is a missing response.
        instruments: by instrument id.

    Returns:
        One row per form and score (recorded scores have no rows): ``participant, visit,
        timepoint_min, instrument, score, value, n_items, n_missing``, ordered by
        participant, visit, minute (missing first), instrument (order of
        ``instruments``) and score (order of the instrument), independent of the order
        of the rows. A categorical column is ordered by its categories. ``value`` is NaN
        where the missing rule does not allow a score; ``n_items`` is the number of
        responses that the score needs, ``n_missing`` that of missing responses. Columns
        keep their type; ``score`` has that of ``item``.

    Raises:
        InstrumentError: EQ210 to EQ214, all problems together, with the rows.
    """
    absent = [name for name in COLUMNS if name not in answers.columns]
    if absent:
        raise InstrumentError(scoring_errors.absent_columns(absent, COLUMNS))
    table = AnswerTable.of(answers)
    problems = table.problems(instruments)
    blocks: dict[str, _Block] = {}
    for instrument in instruments.values():
        grid, found = table.grid(instrument)
        problems += found
        if grid is not None and not problems:
            worked = _work_out(instrument, grid.answers)
            blocks[instrument.id] = _Block.of(instrument, grid.key, worked)
    refuse(InstrumentError, problems)
    return _long(table, blocks)


def _work_out(instrument: Instrument, answers: Vector) -> dict[str, Worked]:
    sheet = Sheet(instrument, answers)
    return {name: sheet.score(name) for name in instrument.scores}


def _cells(forms: pd.DataFrame, items: list[str], wrong: Flags) -> pd.DataFrame:
    """Form, item and value of each answer that is not allowed, form by form."""
    form, item = np.nonzero(wrong.T)
    named = [items[number] for number in item]
    value = np.empty(len(form), dtype=object)
    for number in np.unique(item):
        of_item = item == number
        value[of_item] = forms[items[number]].to_numpy(dtype=object)[form[of_item]]
    return pd.DataFrame({"form": forms.index[form], "item": named, "value": value})


@dataclass(frozen=True, slots=True)
class _Block:
    """Scores of one instrument, form by form; one entry per form and score."""

    scores: tuple[str, ...]
    key: Codes
    code: Codes
    value: Vector
    n_items: Codes
    n_missing: Codes

    @classmethod
    def of(
        cls, instrument: Instrument, key: Codes, worked: Mapping[str, Worked]
    ) -> _Block:
        kept = [name for name in worked if instrument.scores[name].rule != "recorded"]
        value = np.empty((len(key), len(kept)))
        n_missing = np.empty((len(key), len(kept)), dtype=np.int64)
        for column, name in enumerate(kept):
            value[:, column] = worked[name].value
            n_missing[:, column] = worked[name].n_missing
        return cls(
            scores=tuple(kept),
            key=np.repeat(key, len(kept)),
            code=np.tile(np.arange(len(kept)), len(key)),
            value=value.reshape(-1),
            n_items=np.tile([worked[name].n_items for name in kept], len(key)),
            n_missing=n_missing.reshape(-1),
        )


def _long(table: AnswerTable, blocks: Mapping[str, _Block]) -> pd.DataFrame:
    """All blocks as one table, by participant, visit, minute and then instrument."""
    parts = list(blocks.values())
    key = _joined([part.key for part in parts])
    order = np.argsort(key, kind="stable") if len(parts) > 1 else slice(None)
    key = key[order]
    names = list(dict.fromkeys(name for part in parts for name in part.scores))
    position = {name: number for number, name in enumerate(names)}
    score_code = [
        np.array([position[name] for name in part.scores], dtype=int)[part.code]
        for part in parts
    ]
    instrument_code = [
        np.full(len(part.key), number) for number, part in enumerate(parts)
    ]
    address = dict(zip(FORM, table.address.columns(key), strict=True))
    return pd.DataFrame(
        {
            **address,
            "instrument": named_like(
                table.answers["instrument"],
                list(blocks),
                _joined(instrument_code)[order],
            ),
            "score": named_like(
                table.answers["item"], names, _joined(score_code)[order]
            ),
            "value": _joined([part.value for part in parts], float)[order],
            "n_items": _joined([part.n_items for part in parts])[order],
            "n_missing": _joined([part.n_missing for part in parts])[order],
        }
    )


def _joined(arrays: list[Any], dtype: type = int) -> Any:
    """Arrays, one after the other; an empty one of this type if there is none."""
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)
