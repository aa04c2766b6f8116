"""A trial is open only if nothing that its protocol says speaks against it."""

from collections.abc import Callable
from typing import Any

import pytest

from equipoise.conduct.access.rights import doubts, is_open
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol

BLUES = load_protocol("beat-the-blues")
Change = Callable[[Protocol], dict[str, Any]]


def with_(**changes: Any) -> Protocol:
    return BLUES.model_copy(update=changes)


def concealing(**stated: tuple[str, ...]) -> Protocol:
    conceal = {name.replace("_", " "): parts for name, parts in stated.items()}
    return with_(blinding=BLUES.blinding.model_copy(update={"conceal": conceal}))


def called(**names: str) -> Protocol:
    return with_(trial=BLUES.trial.model_copy(update=names))


def with_roles(*roles: str) -> Protocol:
    pairs = zip(BLUES.arms, roles, strict=True)
    return with_(arms=tuple(a.model_copy(update={"role": r}) for a, r in pairs))


def infused() -> Protocol:
    """The same with infusions in its schedule."""
    schedule = load_protocol("feder2021").schedule
    return with_(schedule=schedule)


def given_as_infusion() -> Protocol:
    feder = load_protocol("feder2021")
    infusion = next(i.infusion for i in feder.interventions if i.infusion)
    first, *rest = BLUES.interventions
    return with_(interventions=(first.model_copy(update={"infusion": infusion}), *rest))


def test_the_open_trial_of_the_library_is_open() -> None:
    assert list(doubts(BLUES)) == []
    assert is_open(BLUES)


@pytest.mark.parametrize("name", ["feder2021", "antidepressant"])
def test_the_blinded_trials_of_the_library_are_not(name: str) -> None:
    assert not is_open(load_protocol(name))


@pytest.mark.parametrize(
    ("protocol", "doubt"),
    [
        (concealing(participant=("arm",)), "arm concealed from the participant"),
        (concealing(coordinator=("arm",)), "arm concealed from the coordinator"),
        (concealing(investigator=("arm",)), "arm concealed from the investigator"),
        # What tells an arm conceals it too.
        (concealing(investigator=("vitals",)), "vitals concealed"),
        (concealing(participant=("dissociation",)), "dissociation concealed"),
        (
            concealing(pharmacist=("ratings",)),
            "section mentions the pharmacist",
        ),
        (concealing(pharmacist=()), "section mentions the pharmacist"),
        (
            concealing(infusion_team=("arm",)),
            "section mentions the infusion team",
        ),
        (with_roles("experimental", "experimental"), "no arm has the role open"),
        (with_roles("open", "placebo"), "the arm tau is a placebo"),
        (with_roles("active placebo", "open"), "the arm btheb is a placebo"),
        (infused(), "a pharmacy prepares the infusions"),
        (given_as_infusion(), "btheb is an infusion"),
        (called(design="randomized, double-blind"), "says double-blind"),
        (called(title="A single masked trial"), "says single masked"),
    ],
)
def test_one_doubt_keeps_a_trial_blinded(protocol: Protocol, doubt: str) -> None:
    (said,) = doubts(protocol)
    assert doubt in said
    assert not is_open(protocol)


@pytest.mark.parametrize(
    "protocol",
    [
        concealing(),
        concealing(rater=("arm",), statistician=("arm",)),
        concealing(coordinator=("ratings",)),  # a rating tells no arm
        called(design="open, assessors blinded"),
    ],
)
def test_what_is_concealed_from_others_leaves_it_open(protocol: Protocol) -> None:
    assert is_open(protocol)
