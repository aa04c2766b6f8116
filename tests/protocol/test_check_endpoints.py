"""Each endpoint is one question that its analysis can answer, or is refused."""

import pytest

from equipoise.protocol.check_endpoints import FITS, VARIABLE
from equipoise.protocol.estimand import Variable
from tests.protocol.faults import Change, found

PRIMARY = 'score = "caps5.total"\nmeasure = "change"\nvisits = ["post-24h", "week-1", "week-2"]\nat = "week-2"'  # noqa: E501
CHANGE = "endpoints[caps5_change]"


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (('summary = "difference in means"', 'summary = "risk difference"'), "EQ107",
         f"{CHANGE}.estimand.summary"),
        (('method = "mmrm"', 'method = "risk-difference"'), "EQ107",
         f"{CHANGE}.analysis.method"),
        ((PRIMARY, PRIMARY.replace('at = "week-2"', 'at = "week-3"')), "EQ107",
         f"{CHANGE}.variable.at"),
        ((PRIMARY, PRIMARY.replace('"post-24h", ', '"baseline", ')), "EQ107",
         f"{CHANGE}.variable.visits"),
        ((PRIMARY, PRIMARY.replace('"post-24h", ', '"infusion-1", ')), "EQ107",
         f"{CHANGE}.variable"),  # CAPS-5 is not rated on the day of an infusion
        ((PRIMARY, PRIMARY.replace('caps5.total', 'caps5.sum')), "EQ104",
         f"{CHANGE}.variable.score"),
        ((PRIMARY, PRIMARY.replace('"post-24h"', '"post-48h"')), "EQ104",
         f"{CHANGE}.variable.visits"),
        ((PRIMARY, PRIMARY + '\ndefinition = "response"'), "EQ107", f"{CHANGE}.variable"),
        ((PRIMARY, PRIMARY.replace('at = "week-2"', "")), "EQ107", f"{CHANGE}.variable"),
        (('ketamine", versus = "midazolam"', 'ketamine", versus = "ketamine"'),
         "EQ107", f"{CHANGE}.estimand.treatment"),
        (('ketamine", versus = "midazolam"', 'ketamine", versus = "placebo"'),
         "EQ104", f"{CHANGE}.estimand.treatment.versus"),
        (('population = "itt"', 'population = "pp"'), "EQ104",
         f"{CHANGE}.estimand.population"),
        (('covariates = ["baseline"]', 'covariates = ["baseline", "height"]'), "EQ104",
         f"{CHANGE}.analysis.covariates"),
        (('by_visit = ["baseline"]', 'by_visit = ["baseline", "age"]'), "EQ107",
         f"{CHANGE}.analysis.by_visit"),
        (('df = "satterthwaite"', 'df = "kenward-roger"\nvcov = "empirical"'), "EQ107",
         f"{CHANGE}.analysis.vcov"),
        (('strategy = "treatment policy" }', 'strategy = "composite" }'), "EQ108",
         f"{CHANGE}.estimand.intercurrent[treatment-discontinued]"),
        (('strategy = "treatment policy" }', 'strategy = "principal stratum" }'), "EQ108",
         f"{CHANGE}.estimand.intercurrent[treatment-discontinued]"),
        (('milestone = "treatment-discontinued"', 'milestone = "new-treatment"'), "EQ107",
         f"{CHANGE}.estimand.intercurrent[new-treatment]"),
        (('definition = "response"\nat', 'definition = "relapse"\nat'), "EQ107",
         "endpoints[response].variable.definition"),
        (('score = "caps5.total"\nthreshold = 30', 'score = "caps5.total"'), "EQ112",
         "definitions[response].threshold"),
        (('of = "response"\nat = "week-2"', 'of = "response"'), "EQ112",
         "definitions[relapse].at"),
        (('of = "response"\nat', 'of = "response"\nthreshold = 3\nat'), "EQ112",
         "definitions[relapse].threshold"),
        (('of = "response"', 'of = "respons"'), "EQ104", "definitions[relapse].of"),
        (('effect_on = "caps5_change"', 'effect_on = "response"'), "EQ104",
         "endpoints[blind_participant].variable.effect_on"),
        (('score = "cadss.total"\n\n[endpoints.estimand]',
          'score = "madrs.total"\n\n[endpoints.estimand]'), "EQ107",
         "endpoints[dissociation].variable.score"),
        (('level = "primary"', 'level = "secondary"'), "EQ114", "endpoints"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_and_place(
    change: Change, code: str, place: str
) -> None:
    assert (code, place) in found(change)


def test_composite_is_for_what_can_fail() -> None:
    # A participant who starts another treatment has no change in points that "failed";
    # a response can have failed.
    old = 'event = "new treatment for PTSD", milestone = "new-treatment", strategy = "hypothetical"'  # noqa: E501
    new = old.replace("hypothetical", "composite")
    assert found((old, new)) == [
        ("EQ108", f"{CHANGE}.estimand.intercurrent[new-treatment]")
    ]
    safety = 'summary = "trend over infusions"\n'
    event = f'{safety}intercurrent = [{{ event = "x", milestone = "death", strategy = '
    assert found((safety, f'{event}"treatment policy" }}]\n')) == []
    assert found((safety, f'{event}"hypothetical" }}]\n'))[0][0] == "EQ108"


def test_every_type_of_endpoint_says_what_it_needs_of_the_variable() -> None:
    parts = set(Variable.model_fields) - {"measure"}
    assert set(VARIABLE) == parts  # a part that is not listed would never be refused
    assert all(set(needed) <= parts for _, _, needed in FITS.values())


def test_all_that_is_wrong_with_an_endpoint_is_said_at_once() -> None:
    wrong = found(
        ('summary = "difference in means"', 'summary = "risk difference"'),
        ('population = "itt"', 'population = "pp"'),
        ('level = "primary"', 'level = "secondary"'),
    )
    assert {code for code, _ in wrong} == {"EQ107", "EQ104", "EQ114"}
