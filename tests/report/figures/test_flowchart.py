"""The flow diagram as a figure."""

from dataclasses import replace

from equipoise.report.figures import flowchart as module
from equipoise.report.figures.flowchart import flow_figure, flowchart
from tests.analyze.feder import feder
from tests.report.formats.hostile import LONG, parsed
from tests.report.made import results

SPACE = "{http://www.w3.org/2000/svg}"


def test_alt_text_and_counts() -> None:
    made = flow_figure(feder(), results())
    assert "randomized 30" in made.alt
    assert "analyzed with Ketamine" in made.alt
    assert sum(len(part.ids) for part in made.series) == len(
        results().select(endpoint="flow")
    )


def test_stages_of_consort_and_heads_of_arrows() -> None:
    root = parsed(flowchart(feder(), results()))
    texts = [str(t.text) for t in root.findall(f"{SPACE}text")]
    for stage in ("Enrollment", *module.STAGES):
        assert stage in texts
    boxes = 3 + len(feder().arms) * len(module.STAGES)
    assert len(root.findall(f"{SPACE}rect")) == boxes + 4
    assert len(root.findall(f"{SPACE}polygon")) == 2 + 2 * len(module.STAGES)


def test_no_line_is_slanted() -> None:
    root = parsed(flowchart(feder(), results()))
    for line in root.findall(f"{SPACE}line"):
        at = {name: float(line.get(name, 0)) for name in ("x1", "x2", "y1", "y2")}
        assert at["x1"] == at["x2"] or at["y1"] == at["y2"]


def test_many_arms_and_long_texts_stay_inside() -> None:
    first = feder().arms[0]
    arms = tuple(
        first.model_copy(update={"id": f"a{k}", "label": f"{k} {LONG}"})
        for k in range(7)
    )
    rows = [e for e in results() if e.contrast == first.id and e.endpoint == "flow"]
    more = tuple(
        replace(e, id=e.id.replace(first.id, arm.id), contrast=arm.id, note=LONG)
        for arm in arms
        for e in rows
    )
    known = replace(results(), estimates=(*results(), *more))
    root = parsed(flowchart(feder().model_copy(update={"arms": arms}), known))
    right = float(str(root.get("viewBox")).split()[2])
    for part in root.findall(f"{SPACE}rect"):
        assert float(part.get("x", 0)) + float(part.get("width", 0)) <= right


def test_what_is_not_recorded_is_no_number() -> None:
    rows = tuple(
        replace(e, estimate=None, n=None) if e.id == "flow.assessed" else e
        for e in results()
    )
    text = flowchart(feder(), replace(results(), estimates=rows))
    assert "Assessed for eligibility (not\u00a0recorded)" in text
