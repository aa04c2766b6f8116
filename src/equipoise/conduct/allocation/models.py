"""Tables of the vault. Only ``services`` imports them; no arm stands in clear."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Sealed(models.Model):
    """The sealed list as a whole; triggers refuse to change or delete it.

    Attributes:
        commitment: SHA-256 of the list with its salt, published before the first
            participant.
        seed: of the draws, encrypted; for a method that looks at participants.
    """

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    protocol = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    commitment = models.CharField(max_length=64)
    seed = models.BinaryField()
    salt = models.BinaryField()

    def __str__(self) -> str:
        return self.commitment


class Place(models.Model):
    """One place of the list: its arm encrypted, its kit number telling nothing.

    Attributes:
        arm: encrypted with a key that no database holds; empty for a method that works
            the arm out when the participant comes.
    """

    stratum = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    kit = models.CharField(max_length=12, unique=True)
    arm = models.BinaryField()

    class Meta:
        """One place for each position."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stratum", "position"], name="one_place_a_position"
            )
        ]

    def __str__(self) -> str:
        return self.kit


class Turn(models.Model):
    """The lock of a stratum, and how many of its places are taken."""

    stratum = models.CharField(max_length=200, primary_key=True)
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.stratum} {self.taken}"


class Allocation(models.Model):
    """A place that was given to a participant; triggers refuse change and deletion.

    Attributes:
        seq: order of allocation in the trial, from 1.
        factors: levels of the strata, as JSON, for minimization.
        arm: encrypted, bound to this participant.
        hash: of the allocation before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    participant = models.CharField(max_length=40, unique=True)
    place = models.OneToOneField(Place, on_delete=models.PROTECT)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    factors = models.TextField()
    arm = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.participant}"


class Opening(models.Model):
    """An arm that somebody was shown, written down before it was shown.

    Attributes:
        seq: order in the trial, from 1.
        why: ``pharmacy``, ``open label``, ``emergency`` or ``unblinding``.
        hash: of the opening before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    participant = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    why = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.participant} {self.why}"


class SyringeRow(models.Model):
    """A syringe that was filled; triggers refuse to change or delete it.

    Attributes:
        seq: order in the trial, from 1.
        number: at random, new for each infusion; tells neither arm nor participant.
        content: drug, dose, weight and volume, encrypted, bound to the number.
        hash: of the syringe before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    number = models.CharField(max_length=12, unique=True)
    participant = models.CharField(max_length=40)
    visit = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    content = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            models.Index(fields=["participant", "visit"], name="syringes_of_a_visit")
        ]

    def __str__(self) -> str:
        return self.number


class SyringeCheck(models.Model):
    """What a second person found on a syringe; triggers refuse change and deletion.

    Attributes:
        seq: order in the trial, from 1.
        agrees: False where the second person came to another volume; the syringe is
            thrown away.
        hash: of the check before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    agrees = models.BooleanField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.syringe} {self.agrees}"


class SyringeDiscard(models.Model):
    """A syringe that was thrown away before its infusion; triggers refuse any change.

    Attributes:
        seq: order in the trial, from 1.
        reason: encrypted, bound to the number: it could name the drug.
        hash: of the discard before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    reason = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.syringe} discarded"


class PharmacyEntry(models.Model):
    """Something that happened in a pharmacy; triggers refuse to change or delete it.

    Which vials a syringe was prepared from stands in the content of the syringe.

    Attributes:
        seq: order in the trial, from 1.
        kind: such as ``received`` or ``destroyed``; tells neither drug nor lot.
        about: a lot by the number of its first entry, a syringe, another entry or a
            participant, as ``lot 1``; for a new lot it is empty.
        content: everything else, encrypted, bound to the place of the entry.
        hash: of the entry before and of this one.
    """

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=60, blank=True, db_index=True)
    content = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
