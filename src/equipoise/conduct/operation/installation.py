"""Installation: creates both databases, and puts the protocol into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from equipoise.conduct.access.second_factors import encrypt_all
from equipoise.conduct.audit import register
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.database import VAULT, vault_address
from equipoise.conduct.enrolment.allocation_list import require_fit, require_kept_blind
from equipoise.conduct.error_responses import outage_of
from equipoise.conduct.study.models import ConsentVersion, ProtocolVersion, Site
from equipoise.conduct.study.protocols import accept, in_force
from equipoise.conduct.study.sites import zone_named
from equipoise.errors import ConductError
from equipoise.exchange.protocols import texts
from equipoise.protocol.amend import Change, content_hash, differences
from equipoise.protocol.model import Protocol

TERMINAL = "terminal"  # the actor of commands on the server


@dataclass(frozen=True, slots=True)
class Founded:
    """Result of putting a protocol into force."""

    protocol: Protocol  # in force now
    new: bool  # whether the trial was created just now
    changes: tuple[Change, ...] = ()  # of an amendment that was accepted just now


def make_databases(address: str) -> list[str]:
    """Creates missing PostgreSQL databases (trial and allocation); returns their names.

    EQ902, the server cannot be reached, or reports an error.
    """
    made: list[str] = []
    try:
        for wanted in (address, vault_address(address)):
            made += filter(None, [_make(wanted, address)])
        return made
    except psycopg.Error as error:
        drop_databases(address, made)
        raise ConductError.single(
            "EQ902",
            f"the PostgreSQL server cannot be used: {type(error).__name__}",
            where=address.rpartition("@")[2],
            fix="check the address, and that the user may connect and create databases",
        ) from error


def drop_databases(address: str, names: Sequence[str]) -> None:
    """Drops databases that ``make_databases`` created, after a failure."""
    if not names:
        return
    connections.close_all()
    with _maintenance(address) as connection:
        for name in names:
            statement = sql.SQL("DROP DATABASE IF EXISTS {}")
            connection.execute(statement.format(sql.Identifier(name)))


def make_tables() -> None:
    """Migrates the tables of both databases.

    New tables are created in one transaction, or not at all; later each step is one.

    Raises:
        ConductError: EQ902, a database cannot be used.
    """
    try:
        for alias in ("default", VAULT):
            _migrate(alias)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        known = outage_of(error)
        raise ConductError.single(
            "EQ902",
            f"the database cannot be used: {known.what if known else type(error).__name__}",
            where=str(connections["default"].settings_dict["NAME"]),
            fix="check that the database exists, has disk space and is not locked by "
            "another process; then start again",
        ) from error


def _migrate(alias: str) -> None:
    connection = connections[alias]
    # The allocation database has only the tables of ``allocation``, which refer to no
    # others: the migrations of all other apps would create nothing in it.
    apps = ["allocation"] if alias == VAULT else []
    if MigrationRecorder(connection).has_table():
        call_command("migrate", *apps, database=alias, interactive=False, verbosity=0)
        return
    # Django records a migration after its transaction. A process that is killed between
    # the two would find unknown tables, and could never continue.
    with connection.constraint_checks_disabled(), transaction.atomic(using=alias):
        call_command("migrate", *apps, database=alias, interactive=False, verbosity=0)


@transaction.atomic
def found(
    name_or_path: str | Path,
    sites: Mapping[str, str],
    *,
    at: datetime,
    amendment: str = "",
    zones: Mapping[str, str] | None = None,
) -> Founded:
    """Puts a protocol into force, with its sites and the first consent version.

    Completely or not at all: a process that is killed meanwhile leaves nothing behind.
    ``sites`` are code -> name, and ``zones`` code -> time zone (else UTC); existing sites
    remain, with their zone. ``amendment`` is the reason, if the protocol differs from the
    one in force.

    Raises:
        ConductError: EQ951, the folder has another trial; EQ953, the protocol is an
            amendment without a reason; EQ123, it has the version of an earlier one;
            EQ945, its randomization differs from the allocation schedule; EQ948, it would
            make a blinded trial open-label; EQ957, a time zone does not exist, has no
            site, or differs from that of the site.
    """
    protocol, text, scales = texts(name_or_path)
    register.begin()
    encrypt_all()
    new = not ProtocolVersion.objects.exists()
    if not new:
        _is_accepted(in_force(), protocol, amendment)
        require_fit(protocol)
        require_kept_blind(protocol)
    changes = accept(
        protocol, text, scales, actor=TERMINAL, at=at, reason=amendment.strip()
    )
    wanted = sites if sites or not new else {"main": "Main site"}
    _add_sites(wanted, zones or {}, protocol, at)
    if new:
        first = min(site.day(at) for site in Site.objects.all())
        ConsentVersion.objects.create(label="1.0", valid_from=first)
        _write("consent version", "1.0", protocol, at)
    return Founded(protocol, new, changes)


def _is_accepted(known: Protocol, protocol: Protocol, amendment: str) -> None:
    """Rejects another trial, and an amendment without a reason."""
    if known.trial.id != protocol.trial.id:
        raise ConductError.single(
            "EQ951",
            f"this folder belongs to the trial {known.trial.id}",
            where=f"protocol {protocol.trial.id}",
            fix="enter another folder with --folder",
        )
    changes = differences(known, protocol)
    if changes and not amendment.strip():
        listed = "\n".join(f"    {change}" for change in changes)
        raise ConductError.single(
            "EQ953",
            f"the protocol differs from the one in force:\n{listed}",
            where=f"{known.trial.version} -> {protocol.trial.version}",
            fix='accept it with --accept-amendment "REASON"; existing data keep their '
            "protocol version",
        )


def _add_sites(
    sites: Mapping[str, str], zones: Mapping[str, str], protocol: Protocol, at: datetime
) -> None:
    for code, name in sites.items():
        zone = zone_named(zones.get(code, "UTC")).key
        _, made = Site.objects.get_or_create(
            code=code, defaults={"name": name, "timezone": zone}
        )
        if made:
            _write("site", f"{code} {name}", protocol, at)
        if made and zone != "UTC":
            _write("time zone", f"{code}: UTC -> {zone}", protocol, at)
    known = dict(Site.objects.values_list("code", "timezone"))
    for code, zone in zones.items():
        if known.get(code) != zone_named(zone).key:
            what, fix = f"there is no site {code!r}", "add it with --site"
            if code in known:
                what = f"the time zone of site {code} is {known[code]}"
                fix = "ask an administrator to change it on the page *Sites*"
            raise ConductError.single("EQ957", what, where="--timezone", fix=fix)


def _write(act: str, value: str, protocol: Protocol, at: datetime) -> None:
    fact = Fact(act, form="study", value=value)
    append(STUDY, [fact], actor=TERMINAL, protocol=content_hash(protocol), at=at)


def _make(wanted: str, address: str) -> str:
    """Creates one database through another one of its server; its name, if it is new."""
    name = str(psycopg.conninfo.conninfo_to_dict(wanted)["dbname"])
    with _maintenance(address) as connection:
        there = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
        ).fetchone()
        if there is not None:
            return ""
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")
        connection.execute(statement.format(sql.Identifier(name)))
        return name


def _maintenance(address: str) -> psycopg.Connection:
    """A connection to ``postgres``, or to the database itself where that is closed."""
    try:
        return psycopg.connect(address, dbname="postgres", autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(address, autocommit=True)
