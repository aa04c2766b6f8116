"""The clock of these tests is that of the entries that they find."""

from tests.conduct.pages.conftest import clock

__all__ = ["clock"]
