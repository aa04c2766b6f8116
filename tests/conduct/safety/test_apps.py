"""The rules watch every save: without them nothing would fire, and nobody would know."""

from equipoise.conduct.capture import saving
from equipoise.conduct.safety import watching


def test_both_receivers_are_connected() -> None:
    def connected(signal: object) -> list[object]:
        receivers = signal._live_receivers(saving.save)[0]  # type: ignore[attr-defined]
        return list(receivers)

    assert connected(saving.checking) == [watching.check_start]
    assert connected(saving.saved) == [watching.alert]
