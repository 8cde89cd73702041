"""`octroi zones`: publish the zones of a file, and write those that are the law."""

import json
from pathlib import Path
from typing import Annotated

import typer

from octroi.cli.records import BY, errors, opened, out
from zones.editions import to_feature
from zones.formats.reading import UnreadableZones, parse

UNREADABLE = 2


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="Import and export zones.", no_args_is_help=True)
    topic.command("import")(import_zones)
    topic.command("export")(export_zones)
    app.add_typer(topic, name="zones")


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


def export_zones(
    file: Annotated[Path, typer.Argument(help="Where to write the GeoJSON.")],
) -> None:
    """Write every zone that is the law now as GeoJSON."""
    with opened() as (parts, _):
        features = [to_feature(edition) for edition in parts.zones.everything().editions]
    document = {"type": "FeatureCollection", "features": features}
    try:
        file.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as broken:
        errors.print(f"{file}: {broken.strerror}", style="red", markup=False)
        raise typer.Exit(1) from broken
    out.print(f"{len(features)} zones written to {file}.")
