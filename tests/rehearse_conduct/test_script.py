"""What is done for each virtual participant, by whom, and in which order."""

from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.truths import load_truth
from equipoise.rehearse_conduct.script import parts
from equipoise.simulate.trial import simulate

FEDER = load_protocol("feder2021")
DATA = simulate(FEDER, load_truth("feder2021"), seed=1, n=6)
PARTS = list(parts(FEDER, DATA))


def test_everybody_has_a_part_in_the_order_of_arrival() -> None:
    assert [p.identifier for p in PARTS] == DATA.participants["participant"].tolist()
    out = [p for p in PARTS if p.randomized_at is None]
    assert len(out) == 1
    assert not out[0].after


def test_forms_come_in_the_order_of_time() -> None:
    for part in PARTS:
        after = [deed.at for deed in part.after]
        assert after == sorted(after)
        assert part.before[0].form == "consent"
        assert part.before[-1].form == "eligibility"
        if part.randomized_at and after:
            assert part.randomized_at < after[0]


def test_nobody_fills_in_what_is_not_theirs() -> None:
    by = {(d.form, d.by) for part in PARTS for d in (*part.before, *part.after)}
    assert ("instrument:caps5", "rater") in by
    assert ("instrument:iesr", "participant") in by
    assert ("vitals", "infusion team") in by


def test_no_deed_tells_an_arm() -> None:
    for part in PARTS:
        for deed in (*part.before, *part.after):
            if not deed.form.startswith("guess:"):
                assert not {"ketamine", "midazolam"} & set(deed.values.values())


def test_an_address_is_quoted() -> None:
    deed = next(d for d in PARTS[0].after if d.form == "vitals")
    path = deed.path("P0001")
    assert path.startswith("/api/participants/P0001/forms/vitals?visit=infusion-1")
    event = next(d for p in PARTS for d in p.after if d.form == "event#1")
    assert "event%231" in event.path("P0001")
