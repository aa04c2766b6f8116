"""One field on the page."""

from zoneinfo import ZoneInfo

from equipoise.conduct.forms.definition import Choice, Field
from equipoise.conduct.pages.field_view import Question, shown
from equipoise.instruments.wording import ItemWording

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


def test_a_missing_code_is_read_in_words_and_stands_in_no_control() -> None:
    for kind in ("number", "text", "date", "datetime"):
        field = Field(name="a", label="A", kind=kind)
        coded = Question(field, "missing:refused", "k", asked=True, zone=UTC)
        assert coded.typed == ""
        assert coded.shown == "No answer: refused"
        assert [c.value for c in coded.no_answers if c.value == coded.value]


def test_a_question_offers_the_codes_that_it_takes_in_the_words_of_who_answers() -> (
    None
):
    field = Field(name="a", label="A", kind="text", missing=("refused", "not assessed"))
    staff = Question(field, "", "k", asked=True, zone=UTC)
    assert [c.label for c in staff.no_answers] == ["Refused", "Not assessed"]
    own = Question(field, "", "k", asked=True, zone=UTC, own=True)
    assert [c.label for c in own.no_answers] == ["I do not want to answer"]
    assert not question(Field(name="a", label="A", kind="text", missing=())).no_answers
    total = Field(name="t", label="T", kind="number", sum=("a",))
    assert question(total).widget == "sum"
    assert not question(total).no_answers


def test_anchors_stand_with_their_answers() -> None:
    field = Field(
        name="1", label="1. Sadness", kind="choice", choices=choices("0", "1")
    )
    short = ItemWording(text="Sad?", anchors={"0": "Not at all"})
    asked = Question(field, "0", "k", asked=True, zone=UTC, wording=short)
    assert asked.widget == "anchors"
    assert asked.is_radio
    assert asked.in_row
    assert asked.label == "1. Sad?"
    assert [anchor for _, _, anchor in asked.options] == ["Not at all", ""]
    assert asked.shown == "0: Not at all"
    long = ItemWording(anchors={"0": "Not at all, whatever happens"})
    tall = Question(field, "", "k", asked=True, zone=UTC, wording=long)
    assert not tall.in_row
    assert tall.label == "1. Sadness"


def test_an_answer_of_an_earlier_version_stays_among_the_choices() -> None:
    field = Field(name="a", label="A", kind="choice", choices=choices("0", "1"))
    former = Question(field, "7", "k", asked=True, zone=UTC)
    assert [choice.value for choice in former.choices] == ["0", "1", "7"]
    typed = Question(field, "7", "k", asked=True, zone=UTC, fresh=True)
    assert [choice.value for choice in typed.choices] == ["0", "1"]
