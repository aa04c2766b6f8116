"""Strangers repeat the analysis: the programmes run in R and give the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from equipoise.analyze.dummy_allocation import with_dummy_arms
from equipoise.analyze.run import analyze
from equipoise.protocol.model import Protocol
from equipoise.report.programmes.files import reproduction_files
from tests.analyze.feder import feder
from tests.analyze.small import TEXT, data, protocol, random_scores
from tests.report import made
from tests.report.programmes.repeated import (
    evaluate,
    files_of,
    needs_r,
    run_in_r,
    write,
)

MODELS = [e.id for e in feder().endpoints if e.type == "continuous"]
OTHERS = ["response", "remission", "relapse", "adverse_events", "serious_events"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing but what a stranger is given."""
    path = tmp_path_factory.mktemp("stranger")
    write(path, reproduction_files(feder(), made.data(), made.results()))
    return path


def numbers_of(folder: Path, programme: str) -> int:
    text = (folder / f"programs/r/{programme}.R").read_text()
    listed = text[text.index("expected <- c(") :].partition("\n)\n")[0]
    return listed.count(" = ")


@needs_r
@pytest.mark.reference
@pytest.mark.parametrize("programme", MODELS)
def test_r_repeats_the_mixed_models(folder: Path, programme: str) -> None:
    """By mmrm every number; by gls of nlme estimates and standard errors."""
    done = run_in_r(folder, programme)
    assert done.returncode == 0, done.stderr
    n = numbers_of(folder, programme)
    has_mmrm = "needs" not in done.stdout and "not checked" not in done.stdout
    checked = n if has_mmrm else 18  # 3 differences and 6 means, estimate and SE
    assert f"{checked} of {checked} checked numbers agree" in done.stdout
    if checked < n:
        left = f"; {n - checked} not checked (install the R packages mmrm and emmeans)"
        assert left in done.stdout


@needs_r
@pytest.mark.reference
@pytest.mark.parametrize("programme", OTHERS)
def test_r_repeats_every_other_number(folder: Path, programme: str) -> None:
    done = run_in_r(folder, programme)
    assert done.returncode == 0, done.stderr
    n = numbers_of(folder, programme)
    assert n >= 14
    assert f"{n} of {n} checked numbers agree\n" in done.stdout
    assert "within 0.6 units of significant digit 5" in done.stdout


@needs_r
@pytest.mark.parametrize("programme", ["caps5_change", "response", "relapse"])
def test_one_wrong_digit_stops_the_programme(
    folder: Path, programme: str, tmp_path: Path
) -> None:
    for path in folder.rglob("*.csv"):
        target = tmp_path / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    name = f"programs/r/{programme}.R"
    text = (folder / name).read_text()
    line = re.search(r'^  "(.*: (?:estimate|median))" = (-?[\d.]*\d),$', text, re.M)
    assert line is not None
    wrong = text.replace(line[0], f'  "{line[1]}" = {float(line[2]) * 1.0001:.5g},')
    write(tmp_path, {name: wrong.encode()})
    done = run_in_r(tmp_path, programme)
    assert done.returncode != 0
    assert "1 of" in done.stderr
    assert f"differ from the report: {line[1]}" in done.stderr.replace("\n", " ")


@needs_r
def test_in_another_folder_the_programme_says_where_to_start(folder: Path) -> None:
    done = run_in_r(folder / "programs" / "..", "caps5_change")
    assert done.returncode == 0
    lost = evaluate(
        f"setwd({str(folder / 'adam')!r}); source('../programs/r/response.R')"
    )
    assert "start R in the folder that holds adam/ and programs/" in lost.stderr


VARIANTS = {
    "cs": ('by_visit = ["baseline"]', 'by_visit = ["baseline"]\ncovariance = "cs"'),
    "csh": ('by_visit = ["baseline"]', 'by_visit = ["baseline"]\ncovariance = "csh"'),
    "ar1": ('by_visit = ["baseline"]', 'by_visit = ["baseline"]\ncovariance = "ar1"'),
    "residual": ('by_visit = ["baseline"]', 'df = "residual"'),
    "one visit": ('visits = ["week-1", "week-2"]', 'visits = ["week-2"]'),
    "a factor": ('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]'),
    "three visits": ('"week-1", "week-2"]', '"week-1", "week-2", "week-4"]'),
}


@needs_r
@pytest.mark.reference
@pytest.mark.parametrize("variant", VARIANTS)
def test_r_repeats_other_models(variant: str, tmp_path: Path) -> None:
    text = TEXT.replace(*VARIANTS[variant], 1)
    assert text != TEXT
    trial = protocol(text)
    scores = random_scores(7)
    sex = {p: {"sex": "FM"[n % 3 == 0], "age": 30 + n} for n, p in enumerate(scores)}
    known = data(scores, trial=trial, more=sex)
    write(tmp_path, files_of(trial, known))
    done = run_in_r(tmp_path, "change")
    assert done.returncode == 0, done.stderr
    assert "checked numbers agree" in done.stdout
    if variant in ("residual", "one visit"):  # R needs no further package for these
        assert "not checked" not in done.stdout


@needs_r
@pytest.mark.reference
def test_r_repeats_comparisons_of_times(tmp_path: Path) -> None:
    """Six responders in each arm, with losses at both visits and without."""
    later = (
        {"active": "sslsss", "placebo": "llslsl"},
        {"active": "lsslss", "placebo": "lllsls"},
    )
    scores = {
        f"{arm[0]}{n}": (
            arm,
            20 + n,
            12,
            8,
            *(15 if w[arm][n] == "l" else 8 for w in later),
        )
        for arm in ("active", "placebo")
        for n in range(6)
    }
    write(tmp_path, files_of(protocol(), data(scores)))
    done = run_in_r(tmp_path, "relapse")
    assert done.returncode == 0, done.stderr
    for name in ("log-rank: P", "hazard ratio: upper", "time ratio: lower",
                 "time ratio: P", "restricted mean difference"):  # fmt: skip
        assert name in done.stdout
    assert "checked numbers agree" in done.stdout


EXTREMES = {  # scores at week 2 of 20 at baseline: 5 is a response, 19 is none
    "all against none": (5, 19),
    "none against all": (19, 5),
    "none": (19, 19),
    "all": (5, 5),
}


@needs_r
@pytest.mark.reference
@pytest.mark.parametrize("name", EXTREMES)
def test_r_repeats_proportions_of_0_and_1(name: str, tmp_path: Path) -> None:
    active, placebo = EXTREMES[name]
    scores = {
        f"{arm[0]}{n}": (arm, 20, 15 + n, at + n % 2, None, None)
        for arm, at in (("active", active), ("placebo", placebo))
        for n in range(5)
    }
    write(tmp_path, files_of(protocol(), data(scores)))
    done = run_in_r(tmp_path, "response")
    assert done.returncode == 0, done.stderr
    assert "checked numbers agree" in done.stdout


@needs_r
def test_a_structure_that_nlme_does_not_have_needs_mmrm(tmp_path: Path) -> None:
    text = TEXT.replace(*VARIANTS["cs"], 1).replace('"cs"', '"toeph"')
    trial = protocol(text)
    write(tmp_path, files_of(trial, data(random_scores(3), trial=trial)))
    done = run_in_r(tmp_path, "change")
    assert "checked numbers agree" in done.stdout or "mmrm and emmeans" in done.stderr


HOSTILE = (
    'x */ proc delete data=_all_; run; /* %let y=1; &z " \' \\ quit("no", 7) # `$(rm)`'
    "'; %macro boo; data _null_; run; %fix; %boo; \u2028 ä \\",
    'a"); stop("injected"); c("',
)


def hostile(text: str) -> Protocol:
    """The small protocol with a text in every label."""
    quoted = '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'
    marked = re.sub(r'^(label|title|condition) = ".*"$', r"\1 = @", TEXT, flags=re.M)
    return protocol(marked.replace("= @", f"= {quoted}"))


@needs_r
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_protocol_becomes_code(text: str, tmp_path: Path) -> None:
    trial = hostile(text)
    known = data(random_scores(2), trial=trial, events=[("S00", text, 1, False)])
    files = files_of(trial, known)
    write(tmp_path, files)
    for programme in ("change", "response", "relapse", "harm"):
        done = run_in_r(tmp_path, programme)
        assert done.returncode == 0, done.stderr
        assert "checked numbers agree" in done.stdout
    for name, content in files.items():
        if name.endswith(".sas"):
            code = re.sub(r"/\*.*?\*/", "", content.decode(), flags=re.S)
            bare = re.sub(r"'(?:[^']|'')*'", "''", code)
            assert "*/" not in bare
            assert "%" not in bare
            assert "&" not in bare
            assert not re.search(r"boo|delete|include", bare)


def test_a_dry_run_says_so_everywhere() -> None:
    known = data(random_scores(7), events=[("S00", "headache", 1, False)])
    blinded = known.blinded()
    trial = protocol()
    results = analyze(trial, blinded, blind="dummy", seed=3)
    dummy = with_dummy_arms(trial, blinded, seed=3)
    files = reproduction_files(trial, dummy, results)
    programmes = [n for n in files if n.endswith((".R", ".sas"))]
    assert len(programmes) == 6  # not the incidence
    for name in programmes:
        assert Path(name).name.startswith("dummy-")
        assert b"DUMMY ALLOCATION" in files[name]
        assert b"adam/dummy-" in files[name]
    readme = files["programs/README.md"].decode()
    assert "**DUMMY ALLOCATION" in readme
    assert "not written under a dummy allocation" in readme


def test_a_model_that_could_not_be_fitted_has_no_programme_but_a_reason() -> None:
    scores = {f"{arm[0]}{n}": (arm, 20 + n, None, None, None, None)
              for arm in ("active", "placebo") for n in range(3)}  # fmt: skip
    files = files_of(protocol(), data(scores))
    assert "programs/r/change.R" not in files
    assert "cannot be estimated" in files["programs/README.md"].decode()
    assert "adam/adqs.csv" in files


def test_the_same_input_gives_the_same_bytes() -> None:
    first = reproduction_files(feder(), made.data(), made.results())
    assert first == reproduction_files(feder(), made.data(), made.results())
