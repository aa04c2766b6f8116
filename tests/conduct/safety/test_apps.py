"""The rules watch every save: without them nothing would fire, and nobody would know."""

from equipoise.conduct.capture import form_saving
from equipoise.conduct.safety import value_checks


def test_both_receivers_are_connected() -> None:
    def connected(signal: object) -> list[object]:
        receivers = signal._live_receivers(form_saving.save)[0]  # type: ignore[attr-defined]
        return list(receivers)

    assert connected(form_saving.checking) == [value_checks.check_start]
    assert connected(form_saving.saved) == [value_checks.alert]
