"""Notes of ``equipoise check``: strata that are ignored, and two inferences."""

from equipoise.protocol.notes import notes
from tests.analyze.feder import feder
from tests.analyze.small import protocol
from tests.protocol.test_stratification import trial


def test_a_plain_protocol_has_no_note() -> None:
    assert notes(protocol()) == []


def test_a_stratum_that_no_planned_analysis_uses_is_named() -> None:
    found = notes(trial())
    assert [text.partition(":")[0] for text in found] == [
        "change",
        "response",
        "relapse",
    ]
    assert "add sex to covariates" in found[0]
    assert "the Cochran-Mantel-Haenszel test is reported as a supporting" in found[1]
    assert 'planned = "stratified" makes it the planned one' in found[2]
    none = trial(('method = "kaplan-meier"', 'method = "kaplan-meier"\nstrata = []'))
    assert notes(none)[2].endswith("the planned analysis is not; add sex to strata")


def test_two_inferences_are_announced() -> None:
    assert notes(feder()) == [
        "caps5_change: sensitivity analysis increments is reported by conditional means "
        "with the jackknife (primary) and Rubin's rules (supporting); inference and "
        "supporting change that"
    ]


def test_the_kenward_roger_of_r_is_announced() -> None:
    """Public report: openpharma/mmrm#510; that of SAS needs no note."""
    for df, said in (("kenward-roger", 1), ("kenward-roger-linear", 0)):
        plan = trial(('method = "mmrm"', f'method = "mmrm"\ndf = "{df}"'))
        found = [text for text in notes(plan) if "form of R mmrm" in text]
        assert len(found) == said
        assert all(text.startswith("change: kenward-roger is") for text in found)
