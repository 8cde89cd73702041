"""`octroi keys`, `zones`, `migrate`, `doctor`: administer without the web."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from octroi import clock
from octroi.backing import database
from octroi.cli.check import UNREADABLE
from octroi.cli.failures import told
from octroi.embedded.mosquitto import mosquitto_program
from octroi.migrate import migrate
from octroi.settings import load
from octroi.wiring import Records, records
from permits.access import AccessService, UnknownHolder
from permits.model import Role
from zones.editions import to_feature
from zones.formats.reading import UnreadableZones, parse

keys = typer.Typer(help="Make and list access keys.", no_args_is_help=True)
zones = typer.Typer(help="Import and export zones.", no_args_is_help=True)
out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
BY = "command line"


@contextmanager
def opened() -> Iterator[tuple[Records, bytes]]:
    """Open the database of the running Octroi, or start it for this command."""
    with told(), database(load()) as (url, secret):
        migrate(url)
        with records(url, clock.now) as parts:
            yield parts, secret


@keys.command("create")
def create_key(
    role: Annotated[Role, typer.Argument(help="What the holder is to the city.")],
    name: Annotated[str, typer.Argument(help="Who holds it; operators and sensors by their id.")],
) -> None:
    """Make a key and show it, this once.

    A key made here opens the HTTP API at once. To open the embedded broker too, make it with
    POST /v1/keys while Octroi runs.
    """
    with opened() as (parts, secret):
        try:
            plain, _ = AccessService(parts.pool, clock.now, secret).create_key(role, name)
        except UnknownHolder as unknown:
            errors.print(str(unknown), style="red", markup=False)
            raise typer.Exit(1) from unknown
        out.print(plain, markup=False)


@keys.command("list")
def list_keys() -> None:
    """List keys by their prefixes; the keys themselves are kept nowhere."""
    with opened() as (parts, secret):
        table = Table("prefix", "role", "holder", "made", "revoked", box=None)
        for key in AccessService(parts.pool, clock.now, secret).listing():
            revoked = key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else ""
            made = key.created_at.isoformat(timespec="seconds")
            table.add_row(f"oct_{key.prefix}", key.role.value, key.name, made, revoked)
        out.print(table)


@zones.command("import")
def import_zones(
    file: Annotated[Path, typer.Argument(help="GeoJSON, ED-269 or ED-318.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")
    ] = False,
) -> None:
    """Publish the zones of a file: all of them, or none and every defect by feature."""
    try:
        text = file.read_text(encoding="utf-8")
        document = parse(text)
    except (OSError, UnreadableZones, UnicodeDecodeError) as broken:
        errors.print(f"{file}: {broken}", style="red", markup=False)
        raise typer.Exit(UNREADABLE) from broken
    with opened() as (parts, _):
        imported = parts.zones.import_(document, by=BY, stem=file.stem, dry_run=dry_run)
    for defect in imported.defects:
        errors.print(f"{file}: {defect.sentence}", style="red", markup=False)
    if imported.defects:
        errors.print(f"Nothing was imported: {len(imported.defects)} defects.", style="red")
        raise typer.Exit(1)
    verb = "would be" if dry_run else "were"
    out.print(
        f"{len(imported.added)} zones {verb} added, {len(imported.changed)} changed, "
        f"{len(imported.unchanged)} stay as they are."
    )


@zones.command("export")
def export_zones(
    file: Annotated[Path, typer.Argument(help="Where to write the GeoJSON.")],
) -> None:
    """Write every zone that is the law now as GeoJSON."""
    with opened() as (parts, _):
        features = [to_feature(edition) for edition in parts.zones.everything()]
    document = {"type": "FeatureCollection", "features": features}
    try:
        file.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as broken:
        errors.print(f"{file}: {broken.strerror}", style="red", markup=False)
        raise typer.Exit(1) from broken
    out.print(f"{len(features)} zones written to {file}.")


def migrate_command() -> None:
    """Bring the database to the shape this version expects."""
    with told(), database(load()) as (url, _):
        applied = migrate(url)
    out.print("\n".join(applied) if applied else "The database is up to date.")


def doctor() -> None:
    """Check this installation, and say what it stands on."""
    with told():
        settings = load()
        out.print(f"[green]✓[/green] settings: data in {settings.data_dir}")
        program = mosquitto_program()
        if settings.mqtt_url is not None:
            out.print(f"  broker: {settings.mqtt_url.rpartition('@')[2]}")
        elif program is not None:
            out.print(f"[green]✓[/green] broker: {program}, with access control")
        else:
            out.print("[yellow]![/yellow] broker: iotcore, no access control; install mosquitto")
        with database(settings) as (url, _), psycopg.connect(url) as connection:
            out.print(f"[green]✓[/green] database: PostgreSQL {_version(connection)}")
            pending = migrate(url)
            out.print(f"[green]✓[/green] schema: {len(pending)} migrations applied now")


def _version(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    number = connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"
