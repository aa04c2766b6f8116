"""Figures of efficacy: drawn from the results, with their words."""

from equipoise.report.drawings import efficacy as drawings
from tests.analyze.feder import feder
from tests.report.made import data, results

CAPS = feder().endpoint("caps5_change")
RESPONSE = feder().endpoint("response")


def test_each_figure_has_its_name_and_words() -> None:
    made = [
        drawings.means(feder(), CAPS, results(), "observed", False),
        drawings.means(feder(), CAPS, results(), "ls-mean", False),
        drawings.waterfall(feder(), data(), CAPS, False),
        drawings.proportions(feder(), RESPONSE, results(), False),
        drawings.responders(feder(), RESPONSE, results(), False),
    ]
    assert [figure.name for figure in made] == [
        "caps5_change-observed",
        "caps5_change-ls-mean",
        "caps5_change-participants",
        "response-arms",
        "response-cut-offs",
    ]
    assert "Week 2" in made[0].alt
    share = results()["response.proportion.ketamine"].estimate or 0
    assert f"Ketamine {100 * share:.0f} % of 15" in made[3].alt
