"""Tables of the vault. Only ``services`` imports them; no arm stands in clear."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from equipoise.conduct.audit.models import stamp


class Sealed(models.Model):
    """The sealed list as a whole; triggers refuse to change or delete it."""

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
    """One place of the list: its arm encrypted, its kit number telling nothing."""

    stratum = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    kit = models.CharField(max_length=12, unique=True)
    arm = models.BinaryField()  # encrypted; empty if it is worked out on arrival

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


class Chained(models.Model):
    """A row of a chain; triggers refuse to change or delete it."""

    called: ClassVar[str]  # what is said of a row
    of: ClassVar[tuple[str, ...]] = ()  # the row that ``bound`` looks at
    seq = models.PositiveIntegerField(unique=True)  # order in the trial, from 1
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    hash = models.BinaryField(max_length=32)  # of the row before and of this one

    class Meta:
        """In their order."""

        abstract = True
        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.seq}"

    def bound(self) -> tuple[str, ...]:
        """What the hash binds, but for the number, in an order that never changes."""
        raise NotImplementedError


class Allocation(Chained):
    """A place that was given to a participant."""

    called = "allocation"
    of = ("place",)
    participant = models.CharField(max_length=40, unique=True)
    place = models.OneToOneField(Place, on_delete=models.PROTECT)
    factors = models.TextField()  # levels of the strata, as JSON, for minimization
    arm = models.BinaryField()  # encrypted, bound to this participant

    def bound(self) -> tuple[str, ...]:
        """Who got which kit, and everything that was known of it."""
        return (
            self.participant, self.place.kit, stamp(self.at), self.actor, self.factors,
            bytes(self.arm).hex(),
        )  # fmt: skip


class Opening(Chained):
    """An arm that somebody was shown, written down before it was shown."""

    called = "opening"
    participant = models.CharField(max_length=40)
    why = models.CharField(max_length=12)  # pharmacy, open label, emergency, unblinding
    reason = models.TextField(blank=True)

    def bound(self) -> tuple[str, ...]:
        """Whose arm, when, by whom and why."""
        return self.participant, stamp(self.at), self.actor, self.why, self.reason


class SyringeRow(Chained):
    """A syringe that was filled."""

    called = "syringe"
    number = models.CharField(max_length=12, unique=True)  # at random; tells nothing
    participant = models.CharField(max_length=40)
    visit = models.CharField(max_length=40)
    content = models.BinaryField()  # drug, dose, weight, volume; encrypted

    class Meta(Chained.Meta):
        """Asked for by infusion."""

        indexes: ClassVar = [
            models.Index(fields=["participant", "visit"], name="syringes_of_a_visit")
        ]

    def bound(self) -> tuple[str, ...]:
        """The syringe with its sealed content."""
        return (
            self.number, self.participant, self.visit, stamp(self.at), self.actor,
            bytes(self.content).hex(),
        )  # fmt: skip


class SyringeCheck(Chained):
    """What a second person found on a syringe."""

    called = "check of a syringe"
    of = ("syringe",)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    agrees = models.BooleanField()  # False: another volume; it is thrown away

    def bound(self) -> tuple[str, ...]:
        """Which syringe, and what was found."""
        agrees = "agrees" if self.agrees else "does not agree"
        return self.syringe.number, stamp(self.at), self.actor, agrees


class SyringeDiscard(Chained):
    """A syringe that was thrown away before its infusion."""

    called = "discard of a syringe"
    of = ("syringe",)
    syringe = models.OneToOneField(SyringeRow, on_delete=models.PROTECT)
    reason = models.BinaryField()  # encrypted: it could name the drug

    def bound(self) -> tuple[str, ...]:
        """Which syringe, and the sealed reason."""
        number, reason = self.syringe.number, bytes(self.reason).hex()
        return number, stamp(self.at), self.actor, reason


class PharmacyEntry(Chained):
    """Something that happened in a pharmacy.

    Which vials a syringe was prepared from stands in the content of the syringe.
    """

    called = "entry of the pharmacy"
    kind = models.CharField(max_length=12)  # such as ``destroyed``; tells no drug
    # A lot by the number of its first entry, a syringe, another entry or a participant,
    # as ``lot 1``; for a new lot it is empty.
    about = models.CharField(max_length=60, blank=True, db_index=True)
    content = models.BinaryField()  # everything else, encrypted, bound to its place

    def bound(self) -> tuple[str, ...]:
        """What happened to what, and the sealed rest."""
        content = bytes(self.content).hex()
        return stamp(self.at), self.actor, self.kind, self.about, content
