"""The page on REDCap: its shapes end to end, and every block of it is true."""

import json
import re
import runpy
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import equipoise as eq
from equipoise import library
from equipoise.cli.commands import app
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import DataError
from equipoise.exchange.mapping import OneFile, parse_mapping
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.targets import resolve
from equipoise.instruments.load import parse_instrument
from equipoise.protocol.model import Protocol
from tests.exchange.small import TUTORIAL, protocol, source

PAGE = Path("docs/how-to/redcap.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
FORMS = ("raw.csv", "labelled.csv", "repeating.csv")
SHAPES = (*FORMS, "entries.csv")


@cache
def example() -> dict[str, str]:
    """The files that the page's script writes."""
    made: dict[str, str] = runpy.run_path("docs/how-to/redcap/make_exports.py")[
        "exports"
    ]()
    return made


def mapped(folder: Path, shape: str, dictionary: str = "dictionary.csv") -> TrialData:
    """A shape, read by its proposal after its marks were read and deleted."""
    for name in (shape, dictionary):
        (folder / name).write_text(example()[name], "utf-8")
    text = propose_mapping(folder / shape, protocol(), folder / dictionary).text
    assert "A.B." not in text  # the initials, an identifier
    text = re.sub("# CHECK: .*", "", text)
    text = re.sub('"NOT RECOGNIZED.*"', '"not part of the protocol"', text)
    (folder / "mapping.toml").write_text(text, "utf-8")
    return eq.read_data(folder / shape, protocol(), mapping=folder / "mapping.toml")


def tutorial() -> TrialData:
    return eq.read_data(
        TUTORIAL / "export.csv", protocol(), mapping=TUTORIAL / "mapping.toml"
    )


def ordered(table: pd.DataFrame, *names: str) -> list[tuple[object, ...]]:
    rows = table[[*names]].astype(object).where(table[[*names]].notna(), None)
    return sorted(map(tuple, rows.to_numpy()), key=str)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_trial_of_the_tutorial(
    tmp_path: Path, shape: str
) -> None:
    found, expected = mapped(tmp_path, shape), tutorial()
    assert isinstance(found, UnblindedTrialData)
    answer = ("participant", "visit", "instrument", "item", "value")
    assert ordered(found.answers, *answer) == ordered(expected.answers, *answer)
    score = ("participant", "visit", "score", "value")
    assert ordered(found.recorded_scores, *score) == ordered(
        expected.recorded_scores, *score
    )
    person = ("participant", "arm", "sex", "age")
    assert ordered(found.participants, *person) == ordered(
        expected.participants, *person
    )
    days = ("participant", "visit", "actual_day")
    rated = expected.visits[expected.visits["visit"] != "infusion"]
    assert ordered(found.visits, *days) == ordered(rated, *days)
    assert set(found.participants["site"]) == {"north"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_analyzed_to_the_numbers_of_the_tutorial(
    tmp_path: Path, shape: str
) -> None:
    """From the files of the page to the report, with the commands of the page."""
    expected = estimates(eq.analyze(protocol(), tutorial()))
    mapped(tmp_path, shape)
    command = ["analyze", str(TUTORIAL / "protocol.toml"), str(tmp_path / shape)]
    done = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "adjusted mean difference" in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()
    made = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    found = {e["id"]: e["estimate"] for e in made["estimates"]}
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name


def estimates(results: eq.Results) -> dict[str, float]:
    """The primary endpoint and the response of a trial."""
    return {
        each.id: each.estimate
        for each in results.estimates
        if each.id.startswith(("madrs_change.difference", "response.risk"))
        and each.estimate is not None
    }


def test_the_dictionary_of_the_api_gives_the_same_proposal(tmp_path: Path) -> None:
    for name, text in example().items():
        (tmp_path / name).write_text(text, "utf-8")
    texts = [
        propose_mapping(tmp_path / "raw.csv", protocol(), tmp_path / name).text
        for name in ("dictionary.csv", "dictionary_api.csv")
    ]
    assert texts[0] == texts[1]
    assert 'calculation = "sum([madrs_01], [madrs_02]' in texts[0]


def test_a_wrong_total_of_redcap_is_found_in_each_shape(tmp_path: Path) -> None:
    for shape in FORMS:
        text = example()[shape]
        line = next(x for x in text.splitlines() if x.endswith(("25,2", "25,Complete")))
        wrong = text.replace(line, line.replace("25,", "52,"))
        (tmp_path / "d.csv").write_text(example()["dictionary.csv"], "utf-8")
        (tmp_path / shape).write_text(wrong, "utf-8")
        draft = propose_mapping(tmp_path / shape, protocol(), tmp_path / "d.csv").text
        draft = re.sub("# CHECK: .*", "", draft).replace("NOT RECOGNIZED", "not needed")
        (tmp_path / "m.toml").write_text(draft, "utf-8")
        with pytest.raises(DataError, match="EQ356"):
            eq.read_data(tmp_path / shape, protocol(), mapping=tmp_path / "m.toml")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_of_the_page_is_part_of_a_mapping(block: str) -> None:
    head = '[participant]\ncolumn = "record_id"\n'
    mapping = parse_mapping(f"schema = 1\n{head}{block}", origin="page")
    assert isinstance(mapping, OneFile)


def test_the_block_on_items_reads_codes_from_1_and_sleep_by_itself(
    tmp_path: Path,
) -> None:
    block = next(b for b in BLOCKS if "bdi_{item}_*" in b)
    text = f'schema = 1\nparticipant = {{ column = "id" }}\n{block}'
    text = text.replace("offset", 'visit = "baseline"\noffset')
    text = text.replace("values", 'visit = "baseline"\nvalues')
    mapping = parse_mapping(text, origin="page")
    assert isinstance(mapping, OneFile)
    names = [f"bdi_{n}_{'sleep' if n == 16 else 'word'}" for n in range(1, 22)]
    table = source(tmp_path, f"id,{','.join(names)}\n1,{','.join('1' * 21)}\n")
    found = resolve(mapping, table, with_bdi())
    assert found.problems == ()
    rules = {a.source: a.rule for a in found.assignments}
    assert len(rules) == 21
    assert rules["bdi_16_sleep"].values
    assert not rules["bdi_1_word"].values


def with_bdi() -> Protocol:
    text = library.text("instruments", "bdi2")
    scales = {"bdi2": parse_instrument(text, origin="bdi2.toml")}
    return protocol().model_copy(update={"scales": scales})


def test_the_commands_of_the_page_exist() -> None:
    from equipoise.cli import app

    known = {
        c.name or c.callback.__name__ for c in app.registered_commands if c.callback
    }
    used = re.findall(r"^\$ equipoise (\w+)", PAGE, re.M)
    assert set(used) == {"redcap", "map", "inspect", "analyze"}
    assert set(used) <= known
