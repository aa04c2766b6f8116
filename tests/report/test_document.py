"""The report: every number is in the results, and nothing handed in becomes markup."""

import json
import re
from collections.abc import Mapping

import jsonschema
import pytest

import equipoise as eq
from equipoise.analyze.run import analyze
from equipoise.errors import ReportError
from equipoise.exchange.truths import load_truth
from equipoise.numerics.rounding import p_text
from equipoise.report.document import report
from equipoise.simulate.trial import simulate

FEDER = eq.load_protocol("feder2021")
NUMBER = re.compile(r'<span data-id="([^"]+)" data-field="([^"]+)"[^>]*>([^<]*)</span>')


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    data = simulate(FEDER, load_truth("feder2021"), seed=2021)
    return report(FEDER, data, analyze(FEDER, data)).files


def test_every_number_of_the_page_is_in_the_results(files: Mapping[str, bytes]) -> None:
    rows = {e["id"]: e for e in json.loads(files["results.json"])["estimates"]}
    found = NUMBER.findall(files["report.html"].decode())
    assert len(found) > 100
    for name, field, text in found:
        value = rows[name][field]
        if value is None:
            assert text == "–"
        elif field == "p":
            assert text == p_text(value).replace("<", "&lt;").replace(">", "&gt;")
        else:
            shown = float(text.replace("−", "-"))
            decimals = len(text.partition(".")[2])
            scale = 100 if abs(shown) > 1 >= abs(value) else 1
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


def test_the_same_input_gives_the_same_bytes() -> None:
    data = simulate(FEDER, load_truth("feder2021"), seed=5)
    results = analyze(FEDER, data)
    one, two = (report(FEDER, data, results).files for _ in range(2))
    assert [name for name in one if one[name] != two[name]] == []


def test_progress_is_told() -> None:
    data, heard = simulate(FEDER, load_truth("feder2021"), seed=5), []
    report(FEDER, data, analyze(FEDER, data), progress=heard.append)
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
    data = simulate(protocol, load_truth("feder2021"), seed=1)
    made = report(protocol, data, analyze(protocol, data))
    for name in ("report.html", "figures/participant-flow.svg"):
        assert "<script" not in made.files[name].decode()


def test_a_dummy_allocation_is_told_on_the_page_and_in_every_figure() -> None:
    data = simulate(FEDER, load_truth("feder2021"), seed=1).blinded()
    results = analyze(FEDER, data, blind="dummy", seed=3)
    made = report(FEDER, data, results).files
    page = made["report.html"].decode()
    assert "Dummy allocation" in page
    assert 'class="watermark"' in page
    assert b"DRAFT" in made["report.rtf"]


def test_results_of_other_data_are_refused() -> None:
    truth = load_truth("feder2021")
    data, other = (simulate(FEDER, truth, seed=seed) for seed in (1, 2))
    with pytest.raises(ReportError, match="EQ501"):
        report(FEDER, other, analyze(FEDER, data))
