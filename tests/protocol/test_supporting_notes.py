"""Notes on what supporting methods do by default."""

from __future__ import annotations

from equipoise.protocol.notes import notes
from tests.analyze.supporting.asking import asking

DEFAULTS = 'supporting = ["cox", "fleming-harrington", "gray"]'
STATED = 'ties = "breslow"\nrho = 1\nstrata = ["sex"]'


def told(endpoint: str, keys: str) -> list[str]:
    start = f"{endpoint}: "
    made = [n.partition(": ") for n in notes(asking(endpoint, keys))]
    return [text for ids, _, text in made if start[:-2] in ids.split(", ")]


def test_defaults_are_told_and_what_is_stated_is_not() -> None:
    found = "\n".join(told("timed", DEFAULTS))
    for part in (
        "use the strata of the randomization (sex); strata changes that",
        "cox takes ties by Efron; ties changes that",
        "fleming-harrington weights late differences more (rho 0, gamma 1); rho and "
        "gamma change that",
        "gray takes withdrawal, loss to follow-up and death as competing events; "
        "competing of the definition changes that",
    ):
        assert part in found, part
    stated = "\n".join(told("timed", f"{DEFAULTS}\n{STATED}"))
    assert "Efron" not in stated
    assert "rho" not in stated
    assert "of the randomization (sex)" not in stated


def test_covariates_that_nothing_uses_are_told() -> None:
    unused = "no analysis uses the covariates 'age'; supporting = [\"cox\"] does"
    assert told("timed", 'covariates = ["age"]')[-1].replace("'", "") == unused.replace(
        "'", ""
    )
    both = 'covariates = ["age"]\nsupporting = ["cox"]'
    assert not any("no analysis uses" in text for text in told("timed", both))
    equations = told("change", 'supporting = ["gee"]')
    assert any("takes an exchangeable working correlation" in t for t in equations)
