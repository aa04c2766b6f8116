"""What commands say: examples that can be typed, and numbers counted by hand."""

import re
import shlex
from datetime import date
from typing import Any

import pytest
import typer.main

from equipoise import library
from equipoise.cli import app, help_texts
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.amend import content_hash
from equipoise.protocol.schedule import calendar

FEDER = load_protocol("feder2021")
HELP = {n: t for n, t in vars(help_texts).items() if n.isupper() and isinstance(t, str)}


def examples(text: str) -> list[list[str]]:
    """Command lines of a help text, a line that goes on joined."""
    whole = text.replace("\\\n", " ")
    return [
        shlex.split(line) for line in re.findall(r"^  (equipoise .*)$", whole, re.M)
    ]


@pytest.mark.parametrize("name", HELP)
def test_every_example_is_a_command_with_the_options_that_it_has(name: str) -> None:
    group: Any = typer.main.get_command(app)
    assert examples(HELP[name])
    for _, command, *arguments in examples(HELP[name]):
        known = group.commands[command]
        options = {o for p in known.params for o in p.opts + p.secondary_opts}
        assert {a for a in arguments if a.startswith("--")} <= options, command


@pytest.mark.parametrize("name", HELP)
def test_a_help_text_fits_a_terminal_and_keeps_its_lines(name: str) -> None:
    text = HELP[name]
    assert max(map(len, text.splitlines())) <= 88
    assert text.split("\n")[0].endswith(".")
    # Without \b click joins the lines of an example into one.
    for block in text.split("\n\n"):
        if "  equipoise " in block:
            assert block.startswith("\b\n"), block


def test_the_summary_counts_what_the_file_says() -> None:
    text = library.text("protocols", "feder2021")
    lines = [line.partition("#")[0] for line in text.splitlines()]
    assumed = sum("assumed = true" in line for line in lines)
    sourced = sum(line.count("source = ") for line in lines)
    found = help_texts.summary(FEDER)
    assert found["assumptions"] == (
        f"{assumed} of {assumed + sourced} statements have no source"
    )
    assert found["protocol"] == "feder2021 1.0"
    assert found["arms"] == "ketamine, midazolam"
    assert (found["visits"], found["endpoints"]) == (22, 20)
    assert str(found["instruments"]).split(", ") == [
        "caps5", "madrs", "iesr", "qids_sr16", "cgi_s", "cgi_i", "cadss",
        "bprs_positive", "ymrs", "moaas",
    ]  # fmt: skip
    assert found["hash"] == content_hash(FEDER)
    assert found["problems"] == "none"


def test_an_amendment_names_both_versions_and_each_change() -> None:
    new = FEDER.model_copy(
        update={"size": FEDER.size.model_copy(update={"participants": 40})}
    )
    found = help_texts.amendment(FEDER, new)
    assert found["changes"] == ["size.participants: 30 -> 40"]
    assert found["old"] == f"1.0 {content_hash(FEDER)}"
    assert found["new"] == f"1.0 {content_hash(new)}"
    assert help_texts.amendment(FEDER, FEDER)["changes"] == ["none"]


def test_a_calendar_by_hand() -> None:
    # Day 0 on Monday 4 January 2027; the baseline is planned three days before, on
    # New Year's Day, a Friday.
    rows = {
        r["visit"]: r for r in help_texts.visit_rows(calendar(FEDER, date(2027, 1, 4)))
    }
    assert rows["baseline"] == {
        "visit": "baseline", "day": "-3", "date": "2027-01-01", "weekday": "Fri",
        "window": "2026-12-28 to 2027-01-03", "due": rows["baseline"]["due"],
        "note": "",
    }  # fmt: skip
    assert rows["week-2"]["date"] == "2027-01-18"
    assert rows["week-2"]["window"] == "2027-01-17 to 2027-01-20"
    assert rows["week-3"]["due"] == "if response"
