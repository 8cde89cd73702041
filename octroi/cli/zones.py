"""`octroi zones`: publish the zones of a file, check it, and write those that are the law."""

import json
from pathlib import Path
from typing import Annotated

import typer

from octroi.cli import zones_decided, zones_shown
from octroi.cli.counting import counted
from octroi.cli.place import placed, settings
from octroi.cli.records import BY, errors, opened, out
from octroi.cli.zones_given import At, DryRun, File, KnownAt, beginning, document_of, refused, tell
from zones.editions import AsOf
from zones.exporting import export
from zones.formats.reading import find
from zones.formats.writing import WrittenFormat
from zones.reading import NotYetKnown

REMARKS_NAMED = 20
HELP = """\
Publish, compare and read zones.

The legal notice is that of OCTROI_NOTICE_DAYS where the command runs: beside a service, set it as
the service has it.
"""


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help=HELP, no_args_is_help=True)
    topic.command("import")(placed(import_zones))
    topic.command("export")(placed(export_zones))
    topic.command("check")(check_zones)
    zones_shown.add(topic)
    zones_decided.add(topic)
    app.add_typer(topic, name="zones")


def import_zones(file: File, dry_run: DryRun = False) -> None:
    """Publish the zones of a file: all of them, or none and every defect by feature.

    A zone that was never published may carry a start in the past; a change keeps to the legal
    notice. With --dry-run every difference it would make is told.
    """
    document = document_of(file)
    with opened(founding=not dry_run) as (parts, _):
        imported = parts.zones.import_(document, by=BY, stem=file.stem, dry_run=dry_run)
        now = parts.zones.now()
    for defect in imported.defects:
        errors.print(f"{file}: {defect.sentence}", style="red", markup=False)
    if imported.defects:
        errors.print(
            f"Nothing was imported: {counted(len(imported.defects), 'defect')}.", style="red"
        )
        raise typer.Exit(1)
    tell(imported.differences)
    for remark in imported.remarks[:REMARKS_NAMED]:
        errors.print(f"{file}: {remark.sentence}", style="yellow", markup=False)
    if len(imported.remarks) > REMARKS_NAMED:
        more = len(imported.remarks) - REMARKS_NAMED
        errors.print(
            f"{file}: {counted(more, 'more remark')}; zones check tells all of the format."
        )
    verb = "would be" if dry_run else "was" if len(imported.added) == 1 else "were"
    out.print(
        f"{counted(len(imported.added), 'zone')} {verb} added, {len(imported.changed)} changed, "
        f"{len(imported.unchanged)} unchanged."
    )
    if imported.windows:
        out.print(beginning(imported.windows, now, settings().notice_days, dry_run=dry_run))


def export_zones(
    file: Annotated[Path, typer.Argument(help="Where to write.")],
    to: Annotated[
        WrittenFormat, typer.Option("--format", help="How to write.")
    ] = WrittenFormat.GEOJSON,
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Write every zone that is the law now, or at an instant, and name what the format cannot say.

    What is lost goes to standard error, one line each.
    """
    with opened() as (parts, _):
        asked = AsOf(at=at or parts.zones.now(), known_at=known_at)
        try:
            editions = parts.zones.everything(asked).editions
        except NotYetKnown as error:
            refused(error)
    written = export(editions, to)
    try:
        file.write_text(json.dumps(written.document, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as broken:
        errors.print(f"{file}: {broken.strerror}", style="red", markup=False)
        raise typer.Exit(1) from broken
    for loss in written.losses:
        errors.print(loss.sentence, style="yellow", markup=False)
    left_out = len(editions) - written.zones
    left = f", {left_out} left out" if left_out else ""
    lost = f"; {counted(len(written.losses), 'thing')} {to} cannot say" if written.losses else ""
    out.print(f"{counted(written.zones, 'zone')} written to {file}{left}{lost}.", markup=False)


def check_zones(file: File) -> None:
    """Read a file and name what is wrong with it, by feature; 1 when anything is."""
    found = find(document_of(file), file.stem)
    for defect in found.defects:
        errors.print(f"{file}: {defect.sentence}", style="red", markup=False)
    for remark in found.remarks:
        errors.print(f"{file}: {remark.sentence}", style="yellow", markup=False)
    out.print(
        f"{counted(len(found.zones), 'zone')} can be read, {len(found.defects)} cannot; "
        f"{counted(len(found.remarks), 'warning')}."
    )
    if found.defects or found.remarks:
        raise typer.Exit(1)
