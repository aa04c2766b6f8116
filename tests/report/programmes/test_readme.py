from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.proportions import proportions
from equipoise.report.programmes.readme import readme
from tests.analyze.feder import feder
from tests.report import made


def test_the_page_names_files_programmes_and_what_has_none() -> None:
    trial = Trial(feder(), made.data())
    sets = datasets(trial)
    endpoint = feder().endpoint("response")
    programme = proportions(trial, endpoint, sets["ADRESP"], made.results())
    absent = {"relapse": "a reason | with a mark"}
    text = readme(trial, sets, {"response": programme}, absent, made.results()).decode()
    assert "Rscript programs/r/response.R" in text
    for item in sets.values():
        assert f"| `{item.stem}.csv` | {item.row} | {len(item.frame)} |" in text
    assert f"| ADRESP | {len(programme.numbers)} |" in text
    assert "a reason \\| with a mark" in text
    assert "**Simulated participants: no participant in these data is real.**" in text
