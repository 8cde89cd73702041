"""`octroi zones withdraw`, `emergency` and `switch`: what officers decide."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from octroi.cli.counting import counted
from octroi.cli.failures import MISUSED
from octroi.cli.instants import instant, told
from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from octroi.cli.zones_given import DryRun, File, document_of, refused, tell
from zones.formats.defects import Defective
from zones.formats.reading import read_document
from zones.model import Zone, ZoneId
from zones.notice import InvalidEmergency, TooEarly
from zones.periods import InvalidWindow, Window
from zones.service import AlreadyEnded, Ending, UnknownZone
from zones.switching import Order, UnknownSwitch

Act = Annotated[str, typer.Option(help="The legal act that orders it.")]
From = Annotated[
    datetime | None,
    typer.Option("--from", parser=instant, metavar="INSTANT", help="From when on."),
]
Until = Annotated[
    datetime,
    typer.Option(parser=instant, metavar="INSTANT", help="Until when, 72 hours at most."),
]


def add(topic: typer.Typer) -> None:
    """Add the commands."""
    topic.command("withdraw")(placed(withdraw))
    topic.command("emergency")(placed(emergency))
    topic.command("switch")(placed(switch))


def withdraw(
    zone: Annotated[str, typer.Argument(help="The id of the zone.")],
    act: Act,
    start: From = None,
    dry_run: DryRun = False,
) -> None:
    """End a zone by an act: from an instant on, else from the end of the legal notice."""
    ending = Ending(zone_id=ZoneId(zone), act=_stated(act), start=start)
    with opened() as (parts, _):
        try:
            withdrawal = parts.zones.withdraw(ending, by=BY, dry_run=dry_run)
        except (AlreadyEnded, TooEarly, UnknownZone) as error:
            refused(error)
    verb = "would be" if dry_run else "is"
    out.print(f"{zone} {verb} the law until {told(withdrawal.start)}.", markup=False)


def emergency(file: File, until: Until, dry_run: DryRun = False) -> None:
    """Put the zones of a file in force at once, until an instant within 72 hours."""
    zones = [_until(zone, until) for zone in _sound(file)]
    with opened() as (parts, _):
        try:
            declared = parts.zones.declare(zones, by=BY, dry_run=dry_run)
        except (Defective, InvalidEmergency) as error:
            refused(str(error).replace("valid.end", "--until"))
    tell(declared.differences)
    count = len(declared.added) + len(declared.changed)
    verb = "would be" if dry_run else "is" if count == 1 else "are"
    out.print(f"{counted(count, 'emergency zone')} {verb} in force, until {told(until)}.")


def switch(
    name: Annotated[str, typer.Argument(help="What zones call it in `switch`.")],
    to: Annotated[Literal["on", "off"], typer.Argument(help="on or off")],
    act: Act,
    start: From = None,
    dry_run: DryRun = False,
) -> None:
    """Set a switch that zones hang on, such as a flood stage: at once, or from an instant on."""
    order = Order(name=name, on=to == "on", act=_stated(act), start=start)
    with opened() as (parts, _):
        try:
            standing = parts.switches.set(order, by=BY, dry_run=dry_run)
        except (TooEarly, UnknownSwitch) as error:
            refused(error)
    verb = "would be" if dry_run else "is"
    since = told(standing.settings[-1].start)
    hang = counted(standing.zones, "zone hangs", "zones hang")
    out.print(f"{name} {verb} {to} from {since} on; {hang} on it.", markup=False)


def _sound(file: Path) -> list[Zone]:
    zones, defects = read_document(document_of(file), file.stem)
    for defect in defects:
        errors.print(f"{file}: {defect.sentence}", style="red", markup=False)
    if defects:
        refused(f"Nothing was published: {counted(len(defects), 'defect')}.")
    return zones


def _until(zone: Zone, until: datetime) -> Zone:
    try:
        return replace(zone, valid=Window(end=until))
    except InvalidWindow as error:
        refused(f"--until: {error}", MISUSED)


def _stated(act: str) -> str:
    if not act.strip():
        refused("--act: an act has to be named.", MISUSED)
    return act.strip()
