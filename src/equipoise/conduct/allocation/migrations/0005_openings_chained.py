"""Openings and checks of syringes become chains, with the rows that are there already.

SQLite makes a changed table anew and loses its triggers: they are taken off and put on
again in the one transaction of this migration, whatever the engine.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.allocation import links
from equipoise.conduct.audit.chain import START
from equipoise.conduct.audit.triggers import protect, release

TABLES = ("opening", "syringecheck")


def _release(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "vault":
        for table in TABLES:
            release(editor, f"allocation_{table}")


def _bind(apps: Any, editor: Any) -> None:
    if editor.connection.alias != "vault":
        return
    previous = START
    shown = apps.get_model("allocation", "Opening").objects.using("vault")
    for number, row in enumerate(shown.order_by("id"), start=1):
        row.seq = number
        row.hash = previous = links.opening(previous, row)
        row.save(using="vault")
    previous = START
    checks = apps.get_model("allocation", "SyringeCheck").objects.using("vault")
    for number, row in enumerate(checks.order_by("id"), start=1):
        row.seq = number
        row.hash = previous = links.check(previous, row, row.syringe.number)
        row.save(using="vault")


def _protect(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "vault":
        for table in TABLES:
            protect(editor, f"allocation_{table}")


def _columns(null: bool) -> dict[str, models.Field[Any, Any]]:
    return {
        "seq": models.PositiveIntegerField(null=null, unique=not null),
        "hash": models.BinaryField(max_length=32, null=null),
    }


class Migration(migrations.Migration):
    """New columns, filled, then required."""

    dependencies: ClassVar = [("allocation", "0004_syringes_append_only")]
    operations: ClassVar = [
        migrations.RunPython(_release, _protect),
        *(
            migrations.AddField(table, name, column)
            for table in TABLES
            for name, column in _columns(null=True).items()
        ),
        migrations.RunPython(_bind, migrations.RunPython.noop),
        *(
            migrations.AlterField(table, name, column)
            for table in TABLES
            for name, column in _columns(null=False).items()
        ),
        *(
            migrations.AlterModelOptions(table, {"ordering": ["seq"]})
            for table in TABLES
        ),
        migrations.RunPython(_protect, _release),
    ]
