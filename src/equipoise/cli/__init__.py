"""The commands: ``equipoise --help``."""

from equipoise.numerics.garbage_collection import rarely_collected

with rarely_collected():  # a start builds classes and commands, which all stay
    from equipoise.cli.commands import app

__all__ = ["app"]
