"""The report: every number is in the results, and nothing handed in becomes markup."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import jsonschema
import pytest

import equipoise as eq
from equipoise.analyze.run import analyze
from equipoise.errors import AnalysisError, ReportError
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rounding import p_text
from equipoise.protocol.report_names import SECTIONS, block_names
from equipoise.protocol.report_options import ReportOptions
from equipoise.report.blocks import Paragraph, anchor
from equipoise.report.document import document, report
from equipoise.report.front_matter import blocks
from equipoise.report.structure import numbers
from equipoise.simulate.trial import simulate
from tests.rehearsed import rehearsal
from tests.report.reports import TRIALS, content, trial

LISTINGS = ("analysis-sets", "deviations", "adverse-events", "serious-events")
FEDER = eq.load_protocol("feder2021")
NUMBER = re.compile(r'<span data-id="([^"]+)" data-field="([^"]+)"[^>]*>([^<]*)</span>')


@pytest.fixture(scope="module")
def heard() -> list[str]:
    """Progress of the report of ``files``."""
    return []


@pytest.fixture(scope="module")
def files(heard: list[str]) -> Mapping[str, bytes]:
    return report(*trial("feder2021"), progress=heard.append).files


def test_every_number_of_the_page_is_in_the_results(files: Mapping[str, bytes]) -> None:
    rows = {e["id"]: e for e in json.loads(files["results.json"])["estimates"]}
    found = NUMBER.findall(files["report.html"].decode())
    assert len(found) > 100
    assert any(field == "percent" for _, field, _ in found)
    for name, field, text in found:
        row = rows[name]
        if field == "None":  # the reason why there is no number
            assert row["estimate"] is None or row["p"] is None
            continue
        if field == "percent":
            assert abs(float(text) - 100 * row["estimate"] / row["n"]) <= 0.5 + 1e-9
            continue
        value = row[field]
        if value is None:
            assert text == "–"
        elif field == "p":
            assert text == p_text(value).replace("<", "&lt;").replace(">", "&gt;")
        else:
            shown = float(text.replace("−", "-"))
            decimals = len(text.partition(".")[2])
            percent = abs(shown) > 1 and abs(value) <= 1 + 1e-9  # sums of floats
            percent |= abs(shown) == 1 and abs(value) < 0.1  # 1% of participants
            scale = 100 if percent else 1
            assert abs(shown - scale * value) <= 0.5 * 10**-decimals + 1e-9


def test_results_follow_their_published_schema(files: Mapping[str, bytes]) -> None:
    schema = json.loads(files["results.schema.json"])
    results = json.loads(files["results.json"])
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(results))
    del results["estimates"][0]["p"]
    assert list(validator.iter_errors(results))


def test_every_id_is_unique(files: Mapping[str, bytes]) -> None:
    ids = [e["id"] for e in json.loads(files["results.json"])["estimates"]]
    assert len(ids) == len(set(ids))


def test_every_endpoint_has_its_answer(files: Mapping[str, bytes]) -> None:
    answers = json.loads(files["results.json"])["answers"]
    assert set(answers) == {endpoint.id for endpoint in FEDER.endpoints}


def test_the_same_content_in_every_form(files: Mapping[str, bytes]) -> None:
    assert {"report.html", "report.pdf", "report.docx", "report.rtf"} <= set(files)
    drawings = {n.rpartition(".")[0] for n in files if n.startswith("figures/")}
    for name in drawings:
        assert files[f"{name}.svg"].lstrip().startswith(b"<")
        assert files[f"{name}.png"].startswith(b"\x89PNG")
    assert len(drawings) > 15


def test_the_same_input_gives_the_same_bytes(files: Mapping[str, bytes]) -> None:
    again = report(*trial("feder2021")).files
    assert [name for name in files if files[name] != again[name]] == []


@pytest.mark.usefixtures("files")
def test_progress_is_told(heard: list[str]) -> None:
    assert heard[0] == "tables and figures"
    assert "report.pdf" in heard


def test_ids_of_the_flow_are_in_the_results(files: Mapping[str, bytes]) -> None:
    rows = {e["id"] for e in json.loads(files["results.json"])["estimates"]}
    ids = re.findall(
        r'data-id="([^"]+)"', files["figures/participant-flow.svg"].decode()
    )
    assert len(ids) > 10
    assert set(ids) <= rows


def test_one_file_without_requests(files: Mapping[str, bytes]) -> None:
    page = files["report.html"].decode()
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_hashes_version_and_seed_stand_in_the_footer(
    files: Mapping[str, bytes],
) -> None:
    footer = files["report.html"].decode().partition("<footer>")[2]
    known = json.loads(files["results.json"])["provenance"]
    for key in ("protocol_hash", "data_hash", "software", "seed"):
        assert str(known[key]) in footer


def test_labels_are_text_and_never_markup() -> None:
    nasty = '<script>alert("x")</script> & more'
    trial = FEDER.trial.model_copy(update={"title": nasty, "label": nasty})
    arms = tuple(a.model_copy(update={"label": nasty}) for a in FEDER.arms)
    protocol = FEDER.model_copy(update={"trial": trial, "arms": arms})
    data = simulate(protocol, load_scenario("feder2021"), seed=1)
    made = report(protocol, data, analyze(protocol, data))
    for name in ("report.html", "figures/participant-flow.svg"):
        assert "<script" not in made.files[name].decode()


def test_a_dummy_allocation_is_told_on_the_page_and_in_every_figure() -> None:
    made = rehearsal()[0].dry_run.files
    page = made["report.html"].decode()
    assert "Dummy allocation" in page
    assert 'class="watermark"' in page
    assert b"DRAFT" in made["report.rtf"]


def test_results_of_other_data_are_refused() -> None:
    _, _, results = trial("feder2021")
    other = simulate(FEDER, load_scenario("feder2021"), seed=2)
    with pytest.raises(ReportError, match="EQ501"):
        report(FEDER, other, results)


def test_the_parts_of_ich_e3_stand_in_their_order() -> None:
    places = [s.place for s in content("feder2021").sections if s.place]
    assert places == sorted(places, key=numbers)
    assert {"2", "9.1", "9.7.1", "10.1", "11.4.1", "12.2", "16.1.9", "16.2"} <= {
        *places
    }
    assert "11.5" not in places


@pytest.mark.parametrize("name", TRIALS)
def test_no_anchor_stands_twice(name: str) -> None:
    whole = content(name)
    names = [section.id for section in whole.sections]
    names += [anchor(block) for block in blocks(whole.sections)]
    assert [n for n in names if names.count(n) > 1] == []


@pytest.mark.parametrize("name", TRIALS)
def test_every_name_can_be_used_in_the_options(name: str) -> None:
    whole, protocol = content(name), trial(name)[0]
    assert {section.id for section in whole.sections} <= set(SECTIONS)
    names = {block.name for block in blocks(whole.sections)}
    assert names <= {*block_names(protocol), *LISTINGS}


@pytest.mark.parametrize("name", TRIALS)
def test_every_paragraph_is_a_sentence(name: str) -> None:
    for section in content(name).sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                assert block.text[0].isupper()
                assert block.text.rstrip(")").endswith(".")
                assert " None" not in block.text
                assert "  " not in block.text


def test_virtual_participants_are_named_on_every_page_and_real_ones_are_not() -> None:
    assert content("feder2021").running.startswith("Simulated participants")
    assert content("tutorial").running == ""


def test_options_choose_sections_order_tables_and_what_is_around_them() -> None:
    protocol, data, results = trial("tutorial")
    options = ReportOptions(
        paper="letter",
        spelling="UK",
        header="Confidential",
        footer="Final",
        sections=("safety", "synopsis", "efficacy"),
        omit=("standardized", "statistical-issues"),
    )
    # What the report says of a protocol with options is what it says of one without.
    whole = document(protocol.model_copy(update={"report": options}), data, results)
    chapters = [s.id for s in whole.sections if s.level == 1]
    assert chapters == ["safety", "synopsis", "efficacy"]
    assert "standardized" not in {block.name for block in blocks(whole.sections)}
    assert (whole.paper, whole.header, whole.footer) == (
        "letter",
        "Confidential",
        "Final",
    )
    assert whole.lang == "en-GB"
    assert "11.1 Data sets analysed" in {s.heading for s in whole.sections}


def test_a_logo_is_a_picture() -> None:
    protocol, data, results = trial("tutorial")
    picture = b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"
    assert document(protocol, data, results, logo=picture).logo == picture
    with pytest.raises(ReportError, match="EQ502"):
        document(protocol, data, results, logo=b"GIF89a")


def test_tables_are_written_for_audit_and_as_printed(
    files: Mapping[str, bytes],
) -> None:
    names = [n for n in files if n.startswith("tables/") and n.endswith(".wide.csv")]
    assert len(names) > 20
    for name in names:
        assert name.replace(".wide", "") in files


def test_a_report_of_blind_data_needs_a_dummy_allocation() -> None:
    protocol, known, results = trial("feder2021")
    blind = known.blinded()
    named = replace(results.provenance, data_hash=blind.content_hash)
    with pytest.raises(AnalysisError, match="EQ451"):
        report(protocol, blind, replace(results, provenance=named))
    dummy = replace(named, allocation="dummy", seed=7)
    made = report(protocol, blind, replace(results, provenance=dummy)).files
    page = made["report.html"].decode()
    assert "Dummy allocation" in page
    assert 'class="watermark"' in page
