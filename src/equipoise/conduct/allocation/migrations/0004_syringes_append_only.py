"""Syringes and their checks stay what they are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from equipoise.conduct.audit.triggers import protect

TABLES = ("syringerow", "syringecheck")


def _protect(apps: Any, editor: Any) -> None:
    if editor.connection.alias != "vault":
        return
    for table in TABLES:
        protect(editor, f"allocation_{table}")


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("allocation", "0003_syringes_initial")]
    operations: ClassVar = [migrations.RunPython(_protect, migrations.RunPython.noop)]
