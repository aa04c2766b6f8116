"""Population and order of listings."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.dataset.randomized import randomization_recorded
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol


def described(data: UnblindedTrialData, order: str) -> str:
    """The sentence of a listing that states its population and order.

    Args:
        data: of the trial.
        order: such as ``arm and participant``.
    """
    known = randomization_recorded(data)
    who = "Randomized participants" if known else "Participants in the data"
    return f"{who}, sorted by {order}."


def by_arm(
    protocol: Protocol, data: UnblindedTrialData
) -> Callable[[str], tuple[int, str]]:
    """Sorts participants by arm, in the order of the protocol, then by their id."""
    place = {arm.id: k for k, arm in enumerate(protocol.arms)}

    def key(person: str) -> tuple[int, str]:
        return place[str(data.arm[person])], person

    return key


def signed(value: float, digits: int | None = None) -> str:
    """A change as ``+3``, ``−10`` or ``0``, with a minus sign and no sign of zero.

    Args:
        value: the change.
        digits: decimals; None for as many as the value has.
    """
    shown = value if digits is None else round(value, digits) + 0.0
    if shown == 0:
        return "0" if digits is None else f"{0:.{digits}f}"
    text = f"{shown:+g}" if digits is None else f"{shown:+.{digits}f}"
    return text.replace("-", "−")
