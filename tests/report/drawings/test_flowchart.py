"""The flow diagram as a figure."""

from equipoise.report.drawings.flowchart import as_png, flow_figure, flowchart
from tests.analyze.feder import feder
from tests.report.made import results


def test_words_and_pixels() -> None:
    made = flow_figure(feder(), results())
    assert "randomized 30" in made.alt
    assert "analysed with Ketamine" in made.alt
    assert made.png.startswith(b"\x89PNG")
    assert made.png == as_png(flowchart(feder(), results()))
