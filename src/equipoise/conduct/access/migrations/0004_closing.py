"""A proposal can be another act than a role: unlock, reopening, unblinding."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns for what it is and whom it concerns; the account may be none."""

    dependencies: ClassVar = [
        ("access", "0003_proposals_initial"),
        ("study", "0003_site_timezone_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="proposal",
            name="about",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="proposal",
            name="act",
            field=models.CharField(default="role", max_length=12),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="role",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True), ("user__isnull", True)),
                fields=("act", "about"),
                name="one_open_proposal_an_act",
            ),
        ),
    ]
