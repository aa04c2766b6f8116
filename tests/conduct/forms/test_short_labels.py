"""Short names, and no ids."""

import pytest

from equipoise.conduct.forms.short_labels import milestone, short, short_sign, sign
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import NAMES


def test_every_scale_of_the_trial_has_a_short_name(feder: Protocol) -> None:
    names = {short(scale.name) for scale in feder.scales.values()}
    assert {"CAPS-5", "QIDS-SR16", "BPRS+", "MOAA/S"} <= names
    assert all(len(name) < 12 for name in names)


@pytest.mark.parametrize("name", ["Sleep (h) diary", "Sleep diary", ""])
def test_a_name_without_an_abbreviation_stays(name: str) -> None:
    assert short(name) == name


def test_vital_signs_are_said_in_words() -> None:
    assert sign("SYSBP") == "Systolic blood pressure"
    assert short_sign("SYSBP") == "Systolic"
    assert short_sign("PULSE") == "Pulse"
    assert sign("GLUC") == "GLUC"  # what nobody has named
    assert not any(sign(code) == code for code in NAMES)


def test_milestones_are_said_in_words() -> None:
    assert milestone("death") == "Died"
    assert milestone("") == ""
