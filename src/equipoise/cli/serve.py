"""Commands that run a trial: serve, backup, restore."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import ConductError
from equipoise.errors.counted import counted

if TYPE_CHECKING:
    from equipoise.conduct.operation.production_checks import Transport
    from equipoise.conduct.serve import Opened
    from equipoise.rehearse_conduct.demonstration import Login

Folder = Annotated[
    Path | None, typer.Option(help="folder of the trial [default: trial-ID]")
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="EQUIPOISE_DATABASE",
        help="postgresql://user:password@host/name [default: SQLite in the folder]",
    ),
]
Sites = Annotated[
    list[str] | None, typer.Option(metavar="CODE=NAME", help="site; repeatable")
]
Hosts = Annotated[
    list[str] | None, typer.Option(help="host name of the application; repeatable")
]
Checkpoints = Annotated[
    Path | None, typer.Option(help="folder of external checkpoints, on other storage")
]
Zones = Annotated[
    list[str] | None,
    typer.Option("--timezone", metavar="CODE=ZONE", help="IANA name [default: UTC]"),
]


def serve(
    protocol: options.ProtocolName,
    folder: Folder = None,
    database: Database = "",
    site: Sites = None,
    time_zone: Zones = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="a trial in progress, users of all roles")
    ] = False,
    empty: Annotated[
        bool, typer.Option("--empty", help="with --demo: without participants")
    ] = False,
    accept_amendment: Annotated[
        str, typer.Option(metavar="REASON", help="put an amended protocol into force")
    ] = "",
    bind: Annotated[str, typer.Option(help="address of the server")] = "localhost:8000",
    workers: Annotated[int, typer.Option(min=1, help="number of processes")] = 1,
    production: Annotated[
        bool, typer.Option("--production", help="require settings fit for patients")
    ] = False,
    host: Hosts = None,
    behind_proxy: Annotated[
        str, typer.Option(metavar="ADDRESS", help="address of the proxy that ends TLS")
    ] = "",
    tls_certificate: Annotated[Path | None, typer.Option(help="PEM file")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="its private key file")] = None,
    checkpoints: Checkpoints = None,
    mail: Annotated[
        str,
        typer.Option(
            envvar="EQUIPOISE_MAIL",
            help="smtp://user:password@host:port, to notify users of urgent tasks",
        ),
    ] = "",
    idle_minutes: Annotated[
        int, typer.Option(min=1, help="minutes without activity that end a session")
    ] = 20,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="start no server")
    ] = False,
) -> None:
    r"""Run the web application of a trial.

    The application follows from the protocol. The first start creates the folder of the
    trial with its keys and databases, and shows the page that creates the first
    administrator. Later starts continue the trial.

    Example:
      equipoise serve feder2021 --demo
      equipoise serve feder2021 --site north="North Hospital" \
        --timezone north=America/New_York --site south="South Hospital" \
        --timezone south=America/Chicago
      equipoise serve feder2021 --database postgresql://trial:secret@localhost/feder
      equipoise serve protocol-1.1.toml --folder trial-feder2021 \
        --accept-amendment "a visit"

    In production, behind a reverse proxy:
      equipoise serve feder2021 --production --host trial.example.org --workers 4 \
        --behind-proxy 127.0.0.1 --checkpoints /srv/anchors --database postgresql://...
    """
    if empty and not demo:
        raise typer.BadParameter("give --demo too", param_hint="--empty")
    needs_conduct()
    from equipoise.conduct import serve as serving
    from equipoise.conduct.folder import Trial
    from equipoise.conduct.mail_server import configured
    from equipoise.conduct.operation.production_checks import Transport
    from equipoise.exchange.protocols import load_protocol

    notice_interim(
        load_protocol(protocol),
        "the application shows no result: visits, forms and allocation continue until "
        "recruitment is closed",
    )
    place = folder or serving.default_folder(protocol)
    names, proxied = tuple(host or ()), bool(behind_proxy)
    trial = Trial(
        place,
        database,
        demo,
        production,
        names,
        checkpoints,
        idle_minutes,
        proxied,
        mail,
    )
    configured(mail)  # raises an error before anything is created
    transport = Transport(bind, tls_certificate, tls_key, behind_proxy)
    wanted = serving.Wanted(
        protocol,
        trial,
        transport,
        _pairs(site or [], "--site", "CODE=NAME"),
        accept_amendment,
        workers,
        _pairs(time_zone or [], "--timezone", "CODE=ZONE"),
    )
    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    logins: list[Login] = []
    with terminal.progress() as tell:
        if demo:
            from equipoise.rehearse_conduct.demonstration import open_demonstration

            opened, logins = open_demonstration(wanted, at=now, tell=tell, empty=empty)
        else:
            opened = serving.open_trial(wanted, at=now, tell=tell)
    _say(opened, logins, _address(transport, trial.hosts))
    if not prepare_only:
        serving.run(opened, wanted, ready=lambda: typer.echo("Stop with Ctrl+C."))


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="of the trial")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="new folder")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="new folder for the keys, elsewhere")
    ] = None,
    database: Database = "",
) -> None:
    """Back up a running trial.

    Both databases are copied at one moment, with a manifest of hashes. The keys go into
    a separate folder, to store elsewhere: the backup alone cannot unblind a
    participant, and without the key of the allocation database nothing can.

    Example:
      equipoise backup trial-feder2021 /backups/2027-01-04 --keys /safe/feder2021
    """
    needs_conduct()
    from equipoise.conduct.folder import enter, reopen

    trial = reopen(folder, database=database)
    enter(trial)
    from equipoise.conduct.operation.backup import back_up  # after Django is set up

    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    with terminal.progress() as tell:
        made = back_up(trial, out, keys=keys, at=now, tell=tell)
    entries = sum(seq for seq, _ in made.heads.values())
    typer.echo(f"{counted(entries, 'audit entry')}, {made.vault[0]} allocations: {out}")
    typer.echo(
        f"keys: {keys}" if keys else "The backup has no keys: store them elsewhere."
    )


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="its folder")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="new folder")],
    keys: Annotated[Path, typer.Option("--keys", help="folder of the keys")],
    checkpoints: Checkpoints = None,
    database: Database = "",
    accept_older: Annotated[
        str, typer.Option(metavar="REASON", help="to accept an older backup")
    ] = "",
) -> None:
    r"""Restore a backup into a new folder.

    The backup is verified against its audit trail and checkpoints. A backup that was
    changed is rejected. A backup that is older than the last checkpoint is restored
    only with --accept-older, and randomizes no participant until it is reconciled.

    Example:
      equipoise restore /backups/2027-01-04 trial-again --keys /safe/feder2021 \
        --checkpoints /srv/anchors
    """
    needs_conduct()
    from equipoise.conduct.folder import Trial
    from equipoise.conduct.operation import backup_manifest
    from equipoise.conduct.operation import restore as restoring

    known = backup_manifest.load(source, keys / "vault.key")
    trial = Trial(folder, database, demo=known.demo, anchors=checkpoints)
    wanted = restoring.Source(source, keys, checkpoints, accept_older)
    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    with terminal.progress() as tell:
        made = restoring.restore(wanted, trial, at=now, tell=tell)
    typer.echo(
        f"verified: {counted(made.entries, 'entry')}, {made.allocations} allocations"
    )
    for missing in made.lacks:
        typer.echo(f"  missing: {missing}")
    typer.echo(
        f"The trial is in {folder}. Start it with `equipoise serve {known.trial}`"
    )


def needs_conduct() -> None:
    """Raises an error if the packages of the web application are not installed.

    Raises:
        ConductError: EQ902.
    """
    if find_spec("django") is None:
        raise ConductError.single(
            "EQ902",
            "the packages of the web application are not installed",
            where="this environment",
            fix='pip install "equipoise[conduct]"',
        )


def _pairs(stated: list[str], option: str, form: str) -> dict[str, str]:
    found = {}
    for entry in stated:
        code, equals, name = entry.partition("=")
        if not equals or not code.strip() or not name.strip():
            raise typer.BadParameter(f"{entry!r} is not {form}", param_hint=option)
        found[code.strip()] = name.strip()
    return found


def _address(transport: Transport, hosts: tuple[str, ...]) -> str:
    if transport.proxy and hosts:
        return f"https://{hosts[0]}"
    secure = "s" if transport.certificate else ""
    return f"http{secure}://{transport.bind}"


def _say(opened: Opened, logins: list[Login], address: str) -> None:
    """Prints the trial, its folder and address, and the users who can sign in."""
    founded = opened.founded
    typer.echo(f"{founded.protocol.trial.title}")
    typer.echo(f"protocol {founded.protocol.trial.version}, in {opened.trial.folder}")
    for change in founded.changes:
        typer.echo(f"  amended: {change}")
    if logins:
        typer.echo("\nDEMONSTRATION: simulated participants, no second factor.")
        typer.echo("Sign in as any user with one click, or with a password:")
        rows = [
            {"role": m.role, "user name": m.username, "password": m.password}
            for m in logins
        ]
        terminal.say_table(rows, as_json=False)
    typer.echo(f"\nOpen {address}/")
    if opened.token:
        typer.echo(f"First administrator: {opened.set_up_page(address)}")
        typer.echo("The link works once. There are no default passwords.")
