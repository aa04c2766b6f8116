"""Indexes for one form of a participant, and for forms asked for by their beginning."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes; on millions of entries this takes half a minute."""

    dependencies: ClassVar = [("audit", "0003_head_at")]
    operations: ClassVar = [
        migrations.RemoveIndex("entry", "entries_of_a_form"),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["form", "act"],
                name="entries_of_a_form",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
        ),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["chain", "form"],
                name="forms_of_a_chain",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
    ]
