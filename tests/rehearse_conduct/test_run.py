"""Through the application or without it: the same trial, the same numbers."""

import json
from pathlib import Path

import equipoise as eq
from equipoise.exchange.protocols import load_protocol
from equipoise.rehearse_conduct.run import rehearse_conduct


def test_the_application_changes_no_number(tmp_path: Path) -> None:
    protocol = load_protocol("feder2021")
    made = rehearse_conduct("feder2021", seed=1, n=3)
    page = made.save(tmp_path)
    stored = json.loads((page.parent / "results.json").read_text("utf-8"))
    plain = eq.analyze(protocol, made.simulated, seed=1)
    other = json.loads(eq.report(protocol, made.simulated, plain).files["results.json"])
    assert stored["estimates"] == other["estimates"]
    for (name, one), (_, without) in zip(
        made.data.tables(), made.simulated.tables(), strict=True
    ):
        left = one.drop(columns=["site", "rater"], errors="ignore")
        right = without.drop(columns=["site", "rater"], errors="ignore")
        if name == "answers":  # items that are not simulated are filled in
            keys = ["participant", "visit", "timepoint_min", "instrument", "item"]
            left = right[keys].merge(left, on=keys)
        assert left.equals(right), name
