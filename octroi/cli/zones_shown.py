"""`octroi zones list`, `show` and `diff`: the law as tables, and what differs between two."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from octroi.cli.counting import counted
from octroi.cli.instants import read, told
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from octroi.cli.zones_given import UNREADABLE, At, KnownAt, document_of, refused, tell
from octroi.records import Records
from zones.differences import Difference, differ
from zones.editions import AsOf, Edition, Withdrawal, to_feature, to_zone
from zones.formats.reading import read_document
from zones.model import Layer, Zone, ZoneId
from zones.reading import NotYetKnown
from zones.sentences import said, sentence
from zones.store.reading import Filters
from zones.upcoming import NextChange

DIFFERENT = 1
Side = Annotated[str, typer.Argument(help="A file of zones, or an instant: the law then.")]


def add(topic: typer.Typer) -> None:
    """Add the commands."""
    topic.command("list")(placed(list_zones))
    topic.command("show")(placed(show_zone))
    topic.command("diff")(placed(diff))


def list_zones(
    layer: Annotated[Layer | None, typer.Option(help="Only this layer's zones.")] = None,
    at: At = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 200,
) -> None:
    """List the zones that are the law now, or at an instant, and when each changes next."""
    with opened() as (parts, _):
        asked = AsOf(at=at or parts.zones.now(), known_at=known_at)
        filters = Filters(at=asked.at, known_at=known_at, layer=layer, limit=limit)
        try:
            page = parts.zones.listing(filters)
            upcoming = [parts.zones.next_change(each.zone_id, asked) for each in page.editions]
            ahead = () if known_at else _ahead(parts.zones.current(asked.at), asked.at, layer)
        except NotYetKnown as error:
            refused(error)
    table = Table("id", "name", "layer", "restriction", "version", "until", "changes next")
    for edition, change in zip(page.editions, upcoming, strict=True):
        stated = edition.feature["properties"]
        _row(
            table,
            edition.zone_id,
            stated["name"],
            stated.get("layer", "every"),
            stated["restriction"],
            str(edition.version),
            told(edition.valid.end),
            _changing(change),
        )
    out.print(table)
    law = counted(len(page.editions), "zone is", "zones are")
    more = "; more with --limit" if page.following else ""
    if ahead:
        take = counted(len(ahead), "more takes", "more take")
        more += f"; {take} effect from {told(min(ahead))}"
    out.print(f"{law} the law on {told(asked.at)}{more}.")


def _ahead(zones: Sequence[Zone], at: datetime, layer: Layer | None) -> Sequence[datetime]:
    """Return when each zone that is not the law yet at an instant will be."""
    held = {each.id for each in zones if each.valid.holds(at)}
    starts: dict[ZoneId, datetime] = {}
    for each in zones:
        start = each.valid.start
        if each.id not in held and start is not None and each.layer in {layer or each.layer, None}:
            starts[each.id] = min(start, starts.get(each.id, start))
    return tuple(starts.values())


def show_zone(
    zone: Annotated[str, typer.Argument(help="The id of the zone.")],
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Show a zone, what it demands, when it changes next, and all its versions."""
    with opened() as (parts, _):
        asked = AsOf(at=at or parts.zones.now(), known_at=known_at)
        try:
            found = parts.zones.get(ZoneId(zone), asked)
            history = parts.zones.versions(ZoneId(zone), known_at)
            upcoming = parts.zones.next_change(ZoneId(zone), asked)
        except NotYetKnown as error:
            refused(error)
    if found is None:
        refused(f"zone {zone} is not published")
    if at is not None and not found[0].valid.holds(at):
        refused(f"zone {zone} is not the law on {at.isoformat()}")
    out.print(_properties(found[0], upcoming))
    out.print(_versions(history.editions))
    if history.withdrawals:
        out.print(_withdrawals(history.withdrawals))


def diff(
    before: Side,
    after: Side,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Compare two files or instants by meaning: 0 when equal, 1 when different, 2 if unreadable."""
    found = differ(*_both(before, after))
    if as_json:
        out.print(json.dumps([_plain(each) for each in found], ensure_ascii=False), markup=False)
    else:
        tell(found)
        differing = counted(len(found), "zone differs", "zones differ")
        out.print(f"{differing}." if found else "No zone differs.")
    if found:
        raise typer.Exit(DIFFERENT)


def _both(before: str, after: str) -> list[list[Zone]]:
    sides = (before, after)
    if any(not Path(side).exists() and read(side) is None for side in sides):
        for side in sides:
            if not Path(side).exists() and read(side) is None:
                errors.print(f"{side}: neither a file nor an instant", style="red", markup=False)
        raise typer.Exit(UNREADABLE)
    if all(Path(side).exists() for side in sides):
        return [_from_file(Path(side)) for side in sides]
    with opened() as (parts, _):
        return [
            _from_file(Path(side)) if Path(side).exists() else _then(parts, side) for side in sides
        ]


def _then(parts: Records, side: str) -> list[Zone]:
    asked = AsOf(at=read(side) or parts.zones.now())
    return [to_zone(edition) for edition in parts.zones.everything(asked).editions]


def _from_file(file: Path) -> list[Zone]:
    zones, defects = read_document(document_of(file), file.stem)
    for defect in defects:
        errors.print(f"{file}: {defect.sentence}", style="red", markup=False)
    if defects:
        raise typer.Exit(UNREADABLE)
    return zones


def _plain(difference: Difference) -> dict[str, Any]:
    return {**asdict(difference), "sentence": sentence(difference)}


def _changing(change: NextChange | None) -> str:
    if change is None or change.at is None:
        return ""
    if change.version is None:
        return f"{told(change.at)} ends"
    return f"{told(change.at)} {'in force' if change.in_force else 'not in force'} ({change.why})"


def _properties(edition: Edition, upcoming: NextChange | None) -> Table:
    feature = to_feature(edition)
    table = Table("", edition.zone_id, title_justify="left")
    _row(table, "geometry", feature["geometry"]["type"])
    for name, value in feature["properties"].items():
        if value not in ("", None, [], {}):
            _row(table, name, said(value))
    _row(table, "changes next", _changing(upcoming) or "not that anyone knows")
    return table


def _versions(editions: Sequence[Edition]) -> Table:
    table = Table("version", "from", "until", "recorded", "by", "believed until", title="Versions")
    for edition in editions:
        _row(
            table,
            str(edition.version),
            told(edition.valid.start, "ever"),
            told(edition.valid.end),
            told(edition.recorded_at),
            edition.recorded_by,
            told(edition.superseded_at),
        )
    return table


def _withdrawals(withdrawals: Sequence[Withdrawal]) -> Table:
    table = Table("from", "act", "recorded", "by", title="Withdrawals")
    for each in withdrawals:
        _row(table, told(each.start), each.act, told(each.recorded_at), each.recorded_by)
    return table


def _row(table: Table, *cells: str) -> None:
    # As they are: an id in brackets is no markup.
    table.add_row(*(Text(cell) for cell in cells))
