"""Generates the reference pages from the code that they describe.

Run from the project: ``python docs/reference_pages.py``. The pages are committed; a test
checks that they are up to date.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from equipoise import library
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.exchange.mapping import ManyFiles, OneFile
from equipoise.exchange.protocols import library_form
from equipoise.protocol.check_forms import BUILT_IN
from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario

FOLDER = Path(__file__).parent / "reference"

TABLES_HEAD = """\
# The tables of a trial

`TrialData` contains the data of a trial for its analysis. `eq.read_data` creates it from
a file, a rehearsal from simulated participants, and `TrialData.from_tables(protocol,
tables)` from data frames. It has the tables below, each with all its columns, sorted by
its key. The tables are validated on entry; no value is filled, dropped or recoded
silently.

**Values.** An empty text is a missing value. Numbers have a decimal point and are
finite. A flag is `true`, `false`, 1 or 0. A date has the format `2027-01-04` or
`2027-01-04T09:30`. In one column, either all dates have a time zone and are converted to
UTC, or none has one. Days count from day 0 of the schedule, minutes from the start of an
infusion.

**Errors.** All problems are reported together, with their [codes](errors.md) and rows.
You may accept some of them (`--accept EQ312`, `accept=("EQ312",)`); accepted problems are
recorded in `data.origin.accepted` and in the report:

| code | problem | if accepted, the analysis uses |
|---|---|---|
| EQ309 | characteristic out of its bounds | the value, unchanged |
| EQ311 | dates in an impossible order | the dates, unchanged |
| EQ312 | score that does not match its items | the items; the recorded score is not used |
| EQ315 | contradictory milestones | both |
| EQ319 | characters that cannot be printed | the text with U+FFFD instead |
| EQ354 | participant with an unexpected identifier | the participant, as one more |

A response that its item does not allow (EQ212) cannot be accepted, because no score can
be calculated from it: correct it, or map the code for "missing" to an empty value.

**Participants.** One file states who takes part: the file with `people = true` in the
mapping, otherwise the file with `participants.arm`, otherwise the file with other columns
of participants. An identifier in another file that is not among them is rejected (EQ306),
with the nearest one. So are identifiers that differ only in case, blanks, punctuation,
leading zeros or a decimal `.0`; the mapping may join them (`ignore = ["case"]` at
`participant`) or keep them apart (`distinct`). Data after baseline of a participant
without an arm or without any baseline suggest a wrong identifier (EQ354).
`data.origin.reading` states how many participants, rows and events each file brought.

**Corrections.** A wrong value is corrected in the mapping, never in the source:

```toml
[[corrections]]
participant = "P-003"
visit = "day-1"
column = "madrs_03"
from = 22
to = 2
reason = "typed twice; source document page 4"
who = "A. Keller"
when = 2026-05-02
```

It is applied only if exactly one value matches and the source still has the old value;
otherwise it is rejected (EQ353). `to = ""` withdraws the value. The report lists every
correction with both values. The arm cannot be corrected.

**Missing values with a reason.** A row of responses, recorded scores or measurements may
state in `reason_missing` why its value is missing; it must then have no value (EQ316).
Such rows are in `data.not_answered`: no table, score or analysis uses them as a value.
Optional columns are present only if a row has a value.

**Scores** are calculated, never stored: `data.scores` has one row for each form and
score. A recorded score is used if none of its items was answered. If items were answered,
it must match the score of its items to 1e-9; only a mean may be rounded to two decimals.

**Blinding.** Without arms the data are a `TrialData`: it has no `arm`, and none of the
columns marked "absent while blinded". With arms they are an `UnblindedTrialData`, which
has `arm` by participant, and `blinded()`. Treatment guesses stay; free text, such as a
reason, is not searched.

**Hash.** `data.content_hash` is the SHA-256 of every value. It does not depend on the
order of rows or columns or on the format of the source. Data with arms have another hash
than the same data without.
"""


FORMS_HEAD = """\
# Forms

A form is part of the protocol. An entry of `[[forms]]` uses a standard form by its name,
and may add fields and checks; or it defines a new form. The keys are in
[the protocol file](protocol.md#formuse).

```toml
[[forms]]
use = "pregnancy-test"
visits = ["screening", "infusion-1"]   # also whenever it is needed
source = "protocol, section 6.2"       # or assumed = true

[[forms]]
use = "laboratory"
visits = ["screening"]
omit = ["TSH_LBORRES", "TSH_LBORRESU", "TSH_LBORNRLO", "TSH_LBORNRHI", "TSH_LBNRIND",
        "TSH_LBCLSIG", "TSH_LBTOXGR"]
assumed = true

[[forms]]
use = "adverse-event"                  # every trial has it: fields can be added
assumed = true
fields = [{ id = "meddra_pt", label = "Preferred term", type = "text", required = false }]

[[forms]]
id = "sleep"
title = "Sleep diary"
by = "coordinator"                     # role that enters it
conceals = "ratings"                   # what it reveals to a blinded role
visits = ["baseline", "week-2"]
assumed = true

[[forms.fields]]
id = "asleep_on"
label = "Fell asleep on"
type = "date"

[[forms.fields]]
id = "hours"
label = "Hours of sleep"
type = "number"
min = 0
max = 24
decimals = 1
missing = ["unknown", "refused"]       # codes for missing values

[[forms.fields]]
id = "least"
label = "Fewest hours that the participant remembers"
type = "number"
min = 0
max = 24

[[forms.checks]]
id = "asleep-in-the-future"
field = "asleep_on"
order = "not after"
other = "today"
text = "this night is in the future"

[[forms.checks]]
id = "short-night"
field = "hours"
order = "not before"
other = "least"
hard = false                           # can be confirmed with a reason
text = "this is below the fewest hours of the participant"
```

**Schedule.** A form is entered at planned `visits` (at `minutes` from the start of an
infusion), and with `any_time = true` whenever it is needed: once, or several times with
`repeats = true`. At an unscheduled visit, any form of the protocol can be entered.

**Roles.** The role `by` enters the form. With `attested = true` only that role completes
it, and the record names the user. A form with `conceals` is not shown to roles from which
that information is concealed.

**Checks** compare a response with another one, with a field of another form
(`consent.signed_at`), with `today`, `day0`, `infusion start`, or the window of the planned
visit (`window start`, `window end`). A date and a time are compared by the date at the
site. Missing values are not compared. A failed hard check prevents saving; a failed soft
check is confirmed with a reason.

**Exports** have a table `form_<id>` for each form, also for consent, eligibility, *Not
included* and the relapse plan (without the contact), which every trial has: one row for
each form and time, columns named by the CDASH variable (or the id of the field), the form
status, the reason for a form that was not done, the user who completed it and when, and in
`missing_codes` why values are missing. `not_done` lists every form that was marked as not
done; `codebook` describes every column. A voided form is in no table.

**Names** are those of CDASHIG 2.3. A field with both a date and a time is named after the
SDTM variable with both (`LBDTC`).

## Standard forms
"""


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    return {
        "protocol.md": _models(
            "The protocol file",
            "Keys of `protocol.toml`. A complete example is "
            "[the tutorial's](../tutorials/your-trial/protocol.toml); the largest is "
            "[feder2021](../../src/equipoise/library/protocols/feder2021.toml).",
            [Protocol],
        ),
        "mapping.md": _models(
            "The mapping file",
            "Keys of `mapping.toml`: the meaning of each column of a data file. An "
            "example is [the tutorial's](../tutorials/your-trial/mapping.toml).",
            [OneFile, ManyFiles],
        ),
        "scenario.md": _models(
            "The scenario file",
            "What virtual participants are like. The example is "
            "[feder2021](../../src/equipoise/library/scenarios/feder2021.toml).",
            [Scenario],
        ),
        "data.md": _tables(),
        "forms.md": _forms(),
    }


def _models(title: str, about: str, roots: list[type[BaseModel]]) -> str:
    seen: dict[str, type[BaseModel]] = {}
    for root in roots:
        _collect(root, seen)
    return f"# {title}\n\n{about}\n\n" + "\n".join(map(_model, seen.values()))


def _collect(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> None:
    if model.__name__ in seen:
        return
    seen[model.__name__] = model
    for name, hint in get_type_hints(model).items():
        field = model.model_fields.get(name)
        if field is not None and not field.exclude:
            for part in _parts(hint):
                _collect(part, seen)


def _parts(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [part for inner in get_args(hint) for part in _parts(inner)]


def _model(model: type[BaseModel]) -> str:
    rows = ["| key | value | needed |", "|---|---|---|"]
    hints = get_type_hints(model)
    for name, field in model.model_fields.items():
        if not field.exclude:
            needed = "yes" if field.is_required() else "no"
            kind = _kind(hints[name]).replace("|", "\\|")
            rows.append(f"| `{field.alias or name}` | {kind} | {needed} |")
    text = inspect.cleandoc(model.__doc__ or "")
    return f"## {model.__name__}\n\n{_as_list(text)}\n\n" + "\n".join(rows) + "\n"


def _as_list(text: str) -> str:
    """The attributes of a docstring as a list."""
    lines = []
    for line in text.replace("``", "`").splitlines():
        bare = line.strip()
        name, colon, rest = bare.partition(":")
        if line.startswith("    ") and not line.startswith("     ") and colon:
            lines.append(f"- `{name}`:{rest}")
        else:
            lines.append("" if bare == "Attributes:" else bare)
    return "\n".join(lines)


def _kind(hint: Any) -> str:
    """A type in the terms of TOML."""
    plain = {str: "text", int: "integer", float: "number", bool: "true or false"}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    arguments = get_args(hint)
    name = str(getattr(hint, "__origin__", hint))
    if "Literal" in name:
        return ", ".join(f"`{value}`" for value in arguments)
    kinds = [_kind(a) for a in arguments if a not in (type(None), Ellipsis)]
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(dict.fromkeys(kinds))
    if "tuple" in name:
        return f"list of {kinds[0]}"
    if "dict" in name or "Mapping" in name:
        return f"table: {kinds[0]} = {kinds[-1]}"
    return " or ".join(dict.fromkeys(kinds)) or "text"


def _forms() -> str:
    text = FORMS_HEAD
    for name in library.names("forms"):
        form = library_form(name)
        every = "; built into every trial" if form.id in BUILT_IN else ""
        text += f"\n### {name}\n\n{form.title}; entered by the {form.by}{every}.\n\n"
        text += "| field | CDASH | label | type |\n|---|---|---|---|\n"
        for field in form.fields:
            variable = field.cdash or (field.id if field.id.isupper() else "")
            unit = f" ({field.unit})" if field.unit else ""
            cells = f"`{field.id}`", variable, field.label + unit, field.type
            text += f"| {' | '.join(cells)} |\n"
    return text


OPTIONAL_HEAD = """
**Optional: written by the application.** Other data do not have it. The report states
that an absent table was not provided; an empty table states that there were no entries.
"""


def _tables() -> str:
    text = TABLES_HEAD
    for table in (*TABLES.values(), *OPTIONAL.values()):
        if table.name in OPTIONAL:
            text += OPTIONAL_HEAD
        key = ", ".join(f"`{name}`" for name in table.key) or "none"
        text += f"\n## {table.name}\n\nOne row is {table.row}. Key: {key}.\n\n"
        text += "| column | type | meaning | needed |\n|---|---|---|---|\n"
        for column in table.columns:
            unit = f" ({column.unit})" if column.unit else ""
            allowed = ": " + ", ".join(column.one_of) if column.one_of else ""
            hidden = "; absent while blinded" if column.unblinds else ""
            needed = "yes" if column.required else "no"
            needed = "optional" if column.optional else needed
            text += (
                f"| `{column.name}` | {column.type} | "
                f"{column.meaning}{unit}{allowed}{hidden} | {needed} |\n"
            )
    return text


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in pages().items():
        (FOLDER / file).write_text(content, encoding="utf-8")
