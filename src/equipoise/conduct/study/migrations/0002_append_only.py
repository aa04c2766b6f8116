"""A version of the protocol that was in force stays what it was."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from equipoise.conduct.audit.triggers import protect


def _protect(apps: Any, editor: Any) -> None:
    protect(editor, "study_protocolversion")


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("study", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_protect, migrations.RunPython.noop)]
