"""Makes the reference pages from the code that they describe.

Run from the project: ``python docs/reference_pages.py``. The pages are committed; a test
checks that they are fresh.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, get_args, get_type_hints

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

`TrialData` is the one door between a trial and its analysis: `eq.read_data` makes it
from a file, a rehearsal from virtual participants, and `TrialData.from_tables(protocol,
tables)` from data frames. It holds the tables below, each with all its columns, sorted
by its key. They are checked on entry; nothing is filled, dropped or re-coded in
silence.

**Values.** An empty text is a missing value. Numbers have a decimal point and are
finite. A flag is `true`, `false`, 1 or 0. A date is written `2027-01-04` or
`2027-01-04T09:30`; the dates of a column have a time zone everywhere, and then become
UTC, or nowhere. Days count from day 0 of the schedule, minutes from the start of an
infusion.

**Refusals.** Every problem is reported at once, with its [code](errors.md) and its
rows. You may go on with some of them knowingly (`--accept EQ312`, `accept=("EQ312",)`),
which is noted in `data.origin.accepted` and in the report:

| code | problem | what then counts |
|---|---|---|
| EQ309 | characteristic out of its bounds | the value as it is |
| EQ311 | dates in an impossible order | the dates as they are |
| EQ312 | score that disagrees with its items | the items; the recorded score is not used |
| EQ315 | milestones that contradict each other | both |
| EQ319 | characters that cannot be printed | the text with U+FFFD in their place |

An answer that its item does not allow (EQ212) cannot be accepted, because no score
follows from it: correct it, or map the code for "missing" to nothing.

**Why there is no value.** A row of answers, recorded scores or measurements may say in
`reason_missing` why its value is missing, and then has none (EQ316). Such rows are read
into `data.not_answered`: no table, score or analysis takes them for a value. Optional
columns are there only where some row fills them.

**Scores** are worked out, never stored: `data.scores` has one row for each form and
score. A recorded score counts where none of its items was answered. Where items were
answered it must be what they give, to 1e-9; only a mean may be rounded to two decimals.

**Blinding.** Without arms the data are a `TrialData`: it has no `arm`, and none of the
columns marked "absent while blinded". With arms they are an `UnblindedTrialData`, which
has `arm` by participant, and `blinded()`. Guesses of the allocation stay; what people
wrote in a free text, such as a reason, is not searched.

**Hash.** `data.content_hash` is the SHA-256 of every value. It depends neither on the
order of rows or columns nor on the format of the source, and is another one with arms
than without.
"""


FORMS_HEAD = """\
# Forms

A form is part of the protocol. `[[forms]]` takes a standard form by its name, and may add
fields and checks; or it states a form of its own. The keys are in
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
by = "coordinator"                     # who fills it in
conceals = "ratings"                   # what it would tell who must not know
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
missing = ["unknown", "refused"]       # codes that can stand in the place of an answer

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
text = "this night has not come yet"

[[forms.checks]]
id = "short-night"
field = "hours"
order = "not before"
other = "least"
hard = false                           # confirmed with a reason
text = "this is less than the participant's least"
```

**When.** At planned `visits` (there at `minutes` from the start of an infusion), and with
`any_time = true` whenever it is needed: once, or many times with `repeats = true`. At an
unscheduled visit, any form of the protocol can be filled in.

**Who.** `by` fills it in; with `attested = true` only that role completes it, and the
record names the user. A form with `conceals` is not shown to those from whom that is
concealed.

**Checks** compare an answer with another one, with a field of another form
(`consent.signed_at`), with `today`, `day0`, `infusion start`, or the window of the planned
visit (`window start`, `window end`). A day and a moment are compared by the day at the
site. What is not known is not compared. A hard check is never saved against; a soft one is
confirmed with a reason.

**In an export** each form is a table `form_<id>`, also consent, eligibility, *Not
included* and the relapse plan (without the contact), which every trial has: a row for each
form and time, columns by the variable of CDASH (or the id of the field), the state, the
reason of a form that was not done, who completed it and when, and in `missing_codes` why
values are missing. `not_done`
lists every form that was marked so; `codebook` describes every column. A voided form is in
no table.

**Names** are those of CDASHIG 2.3. Where one field holds a date and a time, it is named as
the variable of SDTM that has both (`LBDTC`).

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
            "Keys of `mapping.toml`: which column of a data file is what. An example is "
            "[the tutorial's](../tutorials/your-trial/mapping.toml).",
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
    """A type in the words of TOML."""
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    arguments = get_args(hint)
    name = str(getattr(hint, "__origin__", hint))
    if "Literal" in name:
        return ", ".join(f"`{value}`" for value in arguments)
    kinds = [_kind(a) for a in arguments if a not in (type(None), Ellipsis)]
    if "tuple" in name:
        return f"list of {kinds[0]}"
    if "dict" in name or "Mapping" in name:
        return f"table: {kinds[0]} = {kinds[-1]}"
    return " or ".join(dict.fromkeys(kinds)) or "text"


def _forms() -> str:
    text = FORMS_HEAD
    for name in library.names("forms"):
        form = library_form(name)
        every = "; every trial has it" if form.id in BUILT_IN else ""
        text += f"\n### {name}\n\n{form.title}; by the {form.by}{every}.\n\n"
        text += "| field | CDASH | question | type |\n|---|---|---|---|\n"
        for field in form.fields:
            variable = field.cdash or (field.id if field.id.isupper() else "")
            unit = f" ({field.unit})" if field.unit else ""
            cells = f"`{field.id}`", variable, field.label + unit, field.type
            text += f"| {' | '.join(cells)} |\n"
    return text


OPTIONAL_HEAD = """
**Optional: written by the application.** Data from elsewhere go without it. A table that
is absent was not provided, and the report says so; one that is empty says that there was
nothing.
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
