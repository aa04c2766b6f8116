"""Items and scores: by the name of the instrument, and only with possible values."""

from typing import Any, Literal

import pytest

import equipoise as eq
from equipoise.exchange.candidates import choose
from equipoise.exchange.column_profile import Look
from equipoise.exchange.dictionary import Field
from equipoise.exchange.recognition import Finding, Scene
from equipoise.exchange.recognize_ratings import ratings
from tests.exchange.small import feder, protocol
from tests.exchange.test_recognize_participants import look


def found(
    *looks: Look,
    trial: eq.Protocol | None = None,
    long: bool = True,
    decimal: Literal[".", ","] = ".",
) -> list[Finding]:
    seen = {one.column: one for one in looks}
    scene = Scene(protocol=trial or protocol(), looks=seen, decimal=decimal, long=long)
    return ratings(scene, list(seen))


def rules(*looks: Look, **how: Any) -> list[dict[str, Any]]:
    return [dict(one.rule) for one in found(*looks, **how)]


def items(name: str, *texts: str, field: bool = False) -> list[Look]:
    made = []
    for n in range(1, 11):
        column = name.format(n)
        about = Field(column, form="madrs_form") if field else None
        made.append(look(column, *texts, once=False, field=about))
    return made


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("madrs_{}", "madrs_{item}"),
        ("MADRS{}", "MADRS{item}"),
        ("madrs_{:02}_sev", "madrs_{item:02}_sev"),
        ("x_madrs_q{}", "x_madrs_q{item}"),
    ],
)
def test_a_whole_form_is_one_entry(name: str, template: str) -> None:
    expected = {"column": template, "to": "items.madrs"}
    assert rules(*items(name, "0", "6")) == ([expected] if "x_" not in name else [])


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("CAPS-5 total", "caps5.total"),
        ("CAPS 5 (total)", "caps5.total"),
        ("Total CAPS-5 Score", "caps5.total"),
        ("CAPS-5", "caps5.total"),
        ("IES-R total", "iesr.total"),
        ("QIDS-SR-16 Sum", "qids_sr16.total"),
    ],
)
def test_an_instrument_is_recognized_as_it_is_printed(name: str, score: str) -> None:
    column = look(name, *map(str, range(3, 24)), once=False)
    (rule,) = rules(column, trial=feder())
    assert rule == {"to": f"score.{score}"}


def test_a_numbered_column_among_others_is_an_item_and_not_the_instrument() -> None:
    numbered = [look(f"caps_{n}", "0", "4", once=False) for n in range(1, 21)]
    total = look("CAPS-5 total", *map(str, range(3, 24)), once=False)
    items = [{"to": f"item.caps5.{n}"} for n in range(1, 21)]
    assert rules(*numbered, trial=feder()) == items
    assert rules(*numbered, total, trial=feder()) == [
        *items,
        {"to": "score.caps5.total"},
    ]


def test_a_form_of_redcap_names_its_items() -> None:
    (rule,) = rules(*items("q{}", "0", "6", field=True))
    assert rule == {"column": "q{item}", "to": "items.madrs"}


def test_a_part_of_a_form_is_named_item_by_item() -> None:
    made = rules(*items("madrs_{}", "0", "6")[:2])
    assert [rule["to"] for rule in made] == ["item.madrs.1", "item.madrs.2"]


def test_codes_for_missing_are_named_as_such() -> None:
    (one,) = found(*items("madrs_{}", "0", "6", "-99"))
    assert one.rule["missing"] == ["-99"]
    assert one.confidence == "low"


def test_labels_with_their_number_are_recoded() -> None:
    (rule,) = rules(*items("madrs_{}", "0 - none", "2: slight", "6"))
    assert rule["values"] == {"0 - none": 0, "2: slight": 2}


def test_labels_of_the_dictionary_are_recoded() -> None:
    field = Field("m", choices={"0": "Not at all", "6": "Very", "-9": "not done"})
    looks = [
        Look(
            column=f"madrs_{n}",
            words=("madrs", str(n)),
            texts=("Not at all", "Very"),
            field=field,
            once=False,
        )
        for n in range(1, 11)
    ]
    (rule,) = rules(*looks)
    assert rule["values"] == {"Not at all": 0, "Very": 6}


def test_codes_from_1_are_proposed_as_codes_from_0_and_to_be_checked() -> None:
    (one,) = found(*items("madrs_{}", "1", "7"))
    assert one.rule["offset"] == -1
    assert one.confidence == "low"
    assert "start at 1 instead of 0" in one.why


@pytest.mark.parametrize("text", ["12", "often", "2.5"])
def test_impossible_answers_are_no_items(text: str) -> None:
    assert rules(*items("madrs_{}", "0", text)) == []


def test_one_slip_does_not_hide_a_form() -> None:
    (one,) = found(*items("madrs_{}", "0", "1", "2", "3", "9", "-99"))
    assert one.rule == {
        "column": "madrs_{item}",
        "to": "items.madrs",
        "missing": ["-99"],
    }
    assert one.confidence == "low"
    assert "9 is not an allowed response" in one.why


def test_scores_by_name_and_range() -> None:
    assert rules(look("madrs_total", "0", "60", once=False)) == [
        {"to": "score.madrs.total"}
    ]
    assert rules(look("madrs_total", "61", once=False)) == []
    (rule,) = rules(look("MADRS", "0", "-99", "NA", once=False))
    assert rule == {"to": "score.madrs.total", "missing": ["-99", "NA"]}


def test_a_score_with_a_decimal_comma() -> None:
    assert rules(look("madrs_sum", "1,5", once=False), decimal=",") == [
        {"to": "score.madrs.total"}
    ]


def test_a_score_besides_its_items() -> None:
    made = rules(
        *items("madrs_{}", "0"),
        look("madrs_sum", "0", once=False),
        look("madrs", "0", once=False),
    )
    assert [rule["to"] for rule in made] == ["items.madrs", "score.madrs.total"]


def test_a_second_column_for_the_same_score_is_left_out() -> None:
    made = found(
        look("madrs_total", "3", once=False), look("madrs_sum", "3", once=False)
    )
    (one,) = choose(made, ["madrs_total", "madrs_sum"])
    assert one.columns == ("madrs_total",)
    assert one.confidence == "low"
    assert "as likely: madrs_sum" in one.why


def test_wide_files_name_the_visit_in_the_column() -> None:
    made = rules(
        look("madrs_bl", "30"),
        look("madrs_total_24h", "20"),
        look("d7_madrs", "9"),
        look("madrs_x", "1"),
        long=False,
    )
    assert made == [
        {"to": "score.madrs.total", "visit": "baseline"},
        {"to": "score.madrs.total", "visit": "day-1"},
        {"to": "score.madrs.total", "visit": "day-7"},
    ]


def test_a_constant_baseline_in_a_long_file() -> None:
    expected = [{"to": "score.madrs.total", "visit": "baseline"}]
    assert rules(look("madrs_baseline", "30", "28")) == expected
    assert rules(look("BASVAL", "30", "28")) == expected
    assert rules(look("BASVAL", "30", "28", once=False)) == []
    assert (
        rules(look("BASVAL", "30", "28"), trial=feder()) == []
    )  # of which instrument?


def test_instruments_that_share_a_short_name_need_the_long_one() -> None:
    (rule,) = rules(look("cgi_s_total", "4", once=False), trial=feder())
    assert rule["to"] == "score.cgi_s.total"
    assert rules(look("cgi_total", "4", once=False), trial=feder()) == []


def test_subscales_by_name() -> None:
    (rule,) = rules(look("caps5_b", "4", once=False), trial=feder())
    assert rule["to"] == "score.caps5.b"
