"""An amendment opens no trial in which somebody could be randomized blinded."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise import library
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.rights import is_open
from equipoise.conduct.enrolment.allocation_list import (
    require_kept_blind,
    require_open_since_sealing,
)
from equipoise.conduct.operation.installation import found
from equipoise.conduct.study.protocols import accept, in_force
from equipoise.conduct.unblinding.open_label import read
from equipoise.errors import ConductError
from equipoise.exchange.protocols import texts
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.open_trial import allocated
from tests.conduct.tampering import sql

OPEN = 'statistician = ["arm"]'
BLINDED = OPEN + '\nparticipant = ["arm"]'


def version(tmp_path: Path, number: int, *, blinded: bool) -> Path:
    """A version of beat-the-blues, in a file."""
    text = library.text("protocols", "beat-the-blues")
    text = text.replace('version = "1.0"', f'version = "{number}.0"', 1)
    assert OPEN in text
    path = tmp_path / f"protocol-{number}.toml"
    path.write_text(text.replace(OPEN, BLINDED) if blinded else text, "utf-8")
    return path


def amended(path: Path) -> None:
    found(path, {}, at=NOW, amendment="we think otherwise now")


def forced(path: Path) -> None:
    """Into force past the check, as an older version of the program could."""
    protocol, text, scales = texts(path)
    accept(protocol, text, scales, actor="admin", at=NOW, reason="r")


def test_a_trial_that_was_closed_is_not_opened_again(
    open_trial: Protocol, tmp_path: Path
) -> None:
    amended(version(tmp_path, 2, blinded=True))
    assert not is_open(in_force())
    with pytest.raises(ConductError, match="EQ948"):
        amended(version(tmp_path, 3, blinded=False))
    assert in_force().trial.version == "2.0"


def test_an_open_trial_is_amended_and_stays_open(
    open_trial: Protocol, tmp_path: Path
) -> None:
    amended(version(tmp_path, 2, blinded=False))
    require_open_since_sealing()
    assert is_open(in_force())


def test_before_the_list_is_sealed_a_protocol_may_be_opened(
    db: None, tmp_path: Path
) -> None:
    found(version(tmp_path, 1, blinded=True), {}, at=NOW)
    amended(version(tmp_path, 2, blinded=False))
    assert is_open(in_force())


def test_what_came_into_force_past_the_check_tells_nothing(
    open_trial: Protocol, tmp_path: Path, key: Path, crew: dict[str, User]
) -> None:
    person = allocated(key, crew)
    forced(version(tmp_path, 2, blinded=True))
    forced(version(tmp_path, 3, blinded=False))
    assert is_open(in_force())
    with pytest.raises(ConductError, match="EQ948"):
        read(person, key=key, actor=actor_of(crew["coordinator"], at=NOW), at=NOW)


def test_a_list_of_an_unknown_version_tells_nothing(open_trial: Protocol) -> None:
    sql("UPDATE allocation_sealed SET protocol = 'x'", alias="vault")
    with pytest.raises(ConductError, match="EQ948"):
        require_open_since_sealing()


def test_the_blinded_trial_may_be_amended_to_another_blinded_one(
    study: Protocol,
) -> None:
    require_kept_blind(study)
