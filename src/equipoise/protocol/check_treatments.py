"""Checks that the interventions of an arm can be given together."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.treatment import Arm, Intervention

OF_DRUGS = ("drug", "dose", "route", "infusion", "cap")


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ104 for an unknown intervention; EQ125 for interventions that contradict."""
    drugs = {kind.id for kind in protocol.interventions if kind.kind == "drug"}
    for arm in protocol.arms:
        where = f"{origin}, arms[{arm.id}]"
        key = "interventions" if arm.interventions else "intervention"
        for name in arm.treatments:
            yield from names.refer("intervention", name, f"{where}.{key}")
        for what, fix in _arm(arm, drugs):
            yield _contradiction(what, f"{where}.interventions", fix)
    for kind in protocol.interventions:
        for key, what, fix in _sessions(kind):
            place = f"{origin}, interventions[{kind.id}].{key}"
            yield _contradiction(what, place, fix)


def _arm(arm: Arm, drugs: set[str]) -> Iterator[tuple[str, str]]:
    if arm.intervention is not None and arm.interventions:
        yield (
            "the arm states both intervention and interventions",
            "list all of them in interventions, and delete intervention",
        )
    if len(set(arm.interventions)) < len(arm.interventions):
        yield "an intervention is listed twice", "list each once"
    several = sorted(drugs & set(arm.interventions))
    if len(several) > 1:
        yield (
            f"the arm has {len(several)} drugs: {', '.join(several)}",
            "list one drug: the infusions of an arm give one drug; state another as part "
            "of its description",
        )


def _sessions(kind: Intervention) -> Iterator[tuple[str, str, str]]:
    """Sessions belong to a treatment that is not a drug, doses to a drug."""
    for key in ("sessions", "session_length"):
        if kind.kind == "drug" and getattr(kind, key) is not None:
            yield key, "a drug has no sessions", f'delete {key}, or give another "kind"'
    length = kind.session_length
    if length is not None and (length.unit != "min" or length.value <= 0):
        yield (
            "session_length",
            f"the length of a session is {length.value:g} {length.unit or ''}".rstrip(),
            'give a positive number with unit = "min"',
        )
    if kind.kind != "psychotherapy":
        return
    for key in OF_DRUGS:
        if getattr(kind, key) is not None:
            yield (
                key,
                f"a psychotherapy has no {key}",
                f"delete {key}; an arm can have a drug and a psychotherapy",
            )


def _contradiction(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ125", what=what, where=where, fix=fix)
