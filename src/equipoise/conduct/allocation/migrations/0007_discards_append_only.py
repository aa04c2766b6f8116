"""What was thrown away stays on record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from equipoise.conduct.audit.triggers import protect


def _protect(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "vault":
        protect(editor, "allocation_syringediscard")


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("allocation", "0006_discards_initial")]
    operations: ClassVar = [migrations.RunPython(_protect, migrations.RunPython.noop)]
