"""An index for alerts and what is said of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index of a few rows."""

    dependencies: ClassVar = [("audit", "0004_forms_of_a_chain")]
    operations: ClassVar = [
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["chain", "seq"],
                name="alerts_of_a_chain",
                condition=models.Q(
                    act__in=["acknowledge", "alert", "override", "shown"]
                ),
            ),
        ),
    ]
