"""Entries can be added and nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from equipoise.conduct.audit.triggers import protect


def _protect(apps: Any, editor: Any) -> None:
    protect(editor, "audit_entry")


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_protect, migrations.RunPython.noop)]
