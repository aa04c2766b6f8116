from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.programme import banners, rendered
from equipoise.report.programmes.proportions import proportions
from tests.analyze.feder import feder
from tests.report import made


def response() -> dict[str, str]:
    trial = Trial(feder(), made.data())
    endpoint = feder().endpoint("response")
    item = datasets(trial)["ADRESP"]
    programme = proportions(trial, endpoint, item, made.results())
    return {
        name: text.decode()
        for name, text in rendered(trial, programme, made.results().provenance).items()
    }


def test_each_programme_names_data_and_software() -> None:
    known = made.results().provenance
    for text in response().values():
        assert known.data_hash in text
        assert known.software in text
        assert "data date: 20" in text


def test_there_is_one_programme_for_each_language() -> None:
    assert list(response()) == ["programs/r/response.R", "programs/sas/response.sas"]


def test_sas_reads_every_column_of_the_file_in_order() -> None:
    text = response()["programs/sas/response.sas"]
    listed = text[text.index("  input ") :].partition(";")[0].split()[1:]
    header = datasets(Trial(feder(), made.data()))["ADRESP"].frame.columns
    assert listed == list(header)
    assert 'infile "adam/adresp.csv" dsd' in text


def test_sas_gives_each_text_room_for_its_longest_value() -> None:
    text = response()["programs/sas/response.sas"]
    words = text[text.index("  length ") :].partition(";")[0].split()[1:]
    lengths = dict(zip(words[::3], map(int, words[2::3]), strict=True))
    frame = datasets(Trial(feder(), made.data()))["ADRESP"].frame
    assert lengths["PARAM"] == max(len(p.encode()) for p in frame["PARAM"])


def test_virtual_participants_and_dry_runs_are_named_first() -> None:
    trial = Trial(feder(), made.data(), dummy=True)
    assert [text.split()[0] for text in banners(trial)] == ["DUMMY", "Simulated"]
    for text in response().values():
        assert "Simulated participants" in text[:400]
