"""Tables of the allocation database, for ``services`` only; arms are encrypted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from equipoise.conduct.audit.models import stamp


class Sealed(models.Model):
    """The concealed allocation schedule; triggers prevent changing or deleting it."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    protocol = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    commitment = models.CharField(max_length=64)  # SHA-256 of list and salt, published
    seed = models.BinaryField()  # of the draws, encrypted
    salt = models.BinaryField()

    def __str__(self) -> str:
        return self.commitment


class Place(models.Model):
    """One position of the schedule: encrypted arm, uninformative kit number."""

    stratum = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    kit = models.CharField(max_length=12, unique=True)
    arm = models.BinaryField()  # encrypted; empty for minimization

    class Meta:
        """One row for each position."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stratum", "position"], name="one_place_a_position"
            )
        ]

    def __str__(self) -> str:
        return self.kit


class Turn(models.Model):
    """The lock of a stratum, and how many of its positions are allocated."""

    stratum = models.CharField(max_length=200, primary_key=True)
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.stratum} {self.taken}"


class Chained(models.Model):
    """A row of a hash chain; triggers prevent changing or deleting it."""

    called: ClassVar[str]  # what is said of a row
    of: ClassVar[tuple[str, ...]] = ()  # the row that ``bound`` looks at
    seq = models.PositiveIntegerField(unique=True)  # order in the trial, from 1
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    hash = models.BinaryField(max_length=32)  # of the row before and of this one

    class Meta:
        """In order of the chain."""

        abstract = True
        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.seq}"

    def bound(self) -> tuple[str, ...]:
        """Fields that the hash covers, except the number; their order never changes."""
        raise NotImplementedError


class Allocation(Chained):
    """A position of the schedule that was allocated to a participant."""

    called = "allocation"
    of = ("place",)
    participant = models.CharField(max_length=40, unique=True)
    place = models.OneToOneField(Place, on_delete=models.PROTECT)
    factors = models.TextField()  # levels of the strata, as JSON, for minimization
    arm = models.BinaryField()  # encrypted, bound to this participant

    def bound(self) -> tuple[str, ...]:
        """Participant, kit, and the data of the allocation."""
        return (
            self.participant, self.place.kit, stamp(self.at), self.actor, self.factors,
            bytes(self.arm).hex(),
        )  # fmt: skip


class Opening(Chained):
    """An unblinding: an arm that was shown to a user, recorded before it was shown."""

    called = "opening"
    participant = models.CharField(max_length=40)
    why = models.CharField(max_length=12)  # pharmacy, open label, emergency, unblinding
    reason = models.TextField(blank=True)

    def bound(self) -> tuple[str, ...]:
        """Participant, time, user and reason."""
        return self.participant, stamp(self.at), self.actor, self.why, self.reason


class SyringeRow(Chained):
    """A syringe that was filled."""

    called = "syringe"
    number = models.CharField(max_length=12, unique=True)  # at random; tells nothing
    participant = models.CharField(max_length=40)
    visit = models.CharField(max_length=40)
    content = models.BinaryField()  # drug, dose, weight, volume; encrypted

    class Meta(Chained.Meta):
        """Indexed by infusion."""

        indexes: ClassVar = [
            models.Index(fields=["participant", "visit"], name="syringes_of_a_visit")
        ]

    def bound(self) -> tuple[str, ...]:
        """The syringe with its encrypted content."""
        return (
            self.number, self.participant, self.visit, stamp(self.at), self.actor,
            bytes(self.content).hex(),
        )  # fmt: skip


class SyringeCheck(Chained):
    """Check of a syringe by a second pharmacist."""

    called = "check of a syringe"
    of = ("syringe",)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    agrees = models.BooleanField()  # False: another volume; it is discarded

    def bound(self) -> tuple[str, ...]:
        """The syringe, and the result of the check."""
        agrees = "agrees" if self.agrees else "does not agree"
        return self.syringe.number, stamp(self.at), self.actor, agrees


class SyringeDiscard(Chained):
    """A syringe that was discarded before its infusion."""

    called = "discard of a syringe"
    of = ("syringe",)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    reason = models.BinaryField()  # encrypted: it could name the drug

    def bound(self) -> tuple[str, ...]:
        """The syringe, and the encrypted reason."""
        number, reason = self.syringe.number, bytes(self.reason).hex()
        return number, stamp(self.at), self.actor, reason


class PharmacyEntry(Chained):
    """An entry of the drug accountability register of a pharmacy.

    The content of the syringe records from which vials it was prepared.
    """

    called = "entry of the pharmacy"
    kind = models.CharField(max_length=12)  # such as ``destroyed``; tells no drug
    # A lot by the number of its first entry, a syringe, another entry or a participant,
    # as ``lot 1``; for a new lot it is empty.
    about = models.CharField(max_length=60, blank=True, db_index=True)
    content = models.BinaryField()  # everything else, encrypted, bound to its place

    def bound(self) -> tuple[str, ...]:
        """Kind and subject of the entry, and the encrypted content."""
        content = bytes(self.content).hex()
        return stamp(self.at), self.actor, self.kind, self.about, content
