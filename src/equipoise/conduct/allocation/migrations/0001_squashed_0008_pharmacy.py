"""Allocation database: concealed schedule and hash chains, append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.audit.triggers import KEY, protect

APPEND_ONLY = (
    "sealed", "place", "allocation", "opening", "syringerow", "syringecheck",
    "syringediscard", "pharmacyentry",
)  # fmt: skip
# What every row of a chain has.
CHAINED: list[tuple[str, models.Field[Any, Any]]] = [
    KEY,
    ("seq", models.PositiveIntegerField(unique=True)),
    ("at", models.DateTimeField()),
    ("actor", models.CharField(max_length=150)),
    ("hash", models.BinaryField(max_length=32)),
]
IN_ORDER = {"ordering": ["seq"]}
SYRINGE = (
    "syringe",
    models.OneToOneField(on_delete=models.PROTECT, to="allocation.syringerow"),
)


def _protect(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "vault":
        for table in APPEND_ONLY:
            protect(editor, f"allocation_{table}")


class Migration(migrations.Migration):
    """Tables and triggers."""

    initial = True
    replaces: ClassVar = [
        ("allocation", "0001_initial"),
        ("allocation", "0002_append_only"),
        ("allocation", "0003_syringes_initial"),
        ("allocation", "0004_syringes_append_only"),
        ("allocation", "0005_openings_chained"),
        ("allocation", "0006_discards_initial"),
        ("allocation", "0007_discards_append_only"),
        ("allocation", "0008_pharmacy"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "Sealed",
            [
                KEY,
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=150)),
                ("protocol", models.CharField(max_length=64)),
                ("method", models.CharField(max_length=40)),
                ("commitment", models.CharField(max_length=64)),
                ("seed", models.BinaryField()),
                ("salt", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            "Turn",
            [
                (
                    "stratum",
                    models.CharField(max_length=200, primary_key=True, serialize=False),
                ),
                ("taken", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "Place",
            [
                KEY,
                ("stratum", models.CharField(max_length=200)),
                ("position", models.PositiveIntegerField()),
                ("kit", models.CharField(max_length=12, unique=True)),
                ("arm", models.BinaryField()),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stratum", "position"), name="one_place_a_position"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Allocation",
            [
                *CHAINED,
                ("participant", models.CharField(max_length=40, unique=True)),
                ("factors", models.TextField()),
                ("arm", models.BinaryField()),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=models.PROTECT, to="allocation.place"
                    ),
                ),
            ],
            IN_ORDER,
        ),
        migrations.CreateModel(
            "Opening",
            [
                *CHAINED,
                ("participant", models.CharField(max_length=40)),
                ("why", models.CharField(max_length=12)),
                ("reason", models.TextField(blank=True)),
            ],
            IN_ORDER,
        ),
        migrations.CreateModel(
            "SyringeRow",
            [
                *CHAINED,
                ("number", models.CharField(max_length=12, unique=True)),
                ("participant", models.CharField(max_length=40)),
                ("visit", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
            ],
            IN_ORDER
            | {
                "indexes": [
                    models.Index(
                        fields=["participant", "visit"], name="syringes_of_a_visit"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "SyringeCheck",
            [*CHAINED, SYRINGE, ("agrees", models.BooleanField())],
            IN_ORDER,
        ),
        migrations.CreateModel(
            "SyringeDiscard",
            [*CHAINED, SYRINGE, ("reason", models.BinaryField())],
            IN_ORDER,
        ),
        migrations.CreateModel(
            "PharmacyEntry",
            [
                *CHAINED,
                ("kind", models.CharField(max_length=12)),
                ("about", models.CharField(blank=True, db_index=True, max_length=60)),
                ("content", models.BinaryField()),
            ],
            IN_ORDER,
        ),
        migrations.RunPython(_protect, migrations.RunPython.noop),
    ]
