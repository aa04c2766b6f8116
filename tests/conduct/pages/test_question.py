"""One field on the page."""

from zoneinfo import ZoneInfo

from equipoise.conduct.forms.definition import Choice, Field
from equipoise.conduct.pages.question import Question, shown

UTC = ZoneInfo("UTC")


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=label, label=label) for label in labels)


def question(field: Field) -> Question:
    return Question(field, "", "k", asked=True, zone=UTC)


def test_a_widget_fits_its_answers() -> None:
    grid = Field(name="a", label="A", kind="choice", choices=choices("0", "1", "2"))
    row = Field(name="a", label="A", kind="choice", choices=choices("mild", "severe"))
    many = Field(
        name="a",
        label="A",
        kind="choice",
        choices=choices(*("word" * n for n in range(1, 9))),
    )
    flag = Field(name="a", label="A", kind="flag")
    widgets = [question(f).widget for f in (grid, row, many, flag)]
    assert widgets == ["scale", "radio", "select", "radio"]
    assert [c.value for c in question(flag).choices] == ["yes", "no"]


def test_values_in_words() -> None:
    weight = Field(name="w", label="W", kind="number", unit="kg")
    assert shown(weight, "70", UTC) == "70 kg"
    assert shown(weight, "", UTC) == "–"
    assert (
        shown(Field(name="t", label="T", kind="datetime"), "2027-01-04T09:30", UTC)
        == "2027-01-04 09:30 UTC"
    )


def test_every_answer_has_a_key() -> None:
    keys = {
        ("0", "1", "2"): ["0", "1", "2"],
        ("yes", "no"): ["y", "n"],
        ("1.0", "1.1"): ["1", "2"],
        ("F", "M", "other"): ["1", "2", "3"],
    }
    for values, wanted in keys.items():
        field = Field(name="a", label="A", kind="choice", choices=choices(*values))
        assert [key for _, key, _ in question(field).options] == wanted
    flag = Field(name="a", label="A", kind="flag")
    assert [key for _, key, _ in question(flag).options] == ["y", "n"]
