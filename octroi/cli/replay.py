"""`octroi replay`: send a recorded track as if it happened again, until all is receipted."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from octroi.backing import broker_address
from octroi.cli.check_reading import UnreadableFile
from octroi.cli.failures import told
from octroi.cli.place import placed, settings
from octroi.cli.replay_entries import UNDATED, Survey, in_order, survey
from octroi.cli.replay_pace import Pace, UnusableSpeed, messages, shift_ms, speed_of
from octroi.cli.replay_telling import Asked, describe, errors, now_ms, progress_bar, report, say
from octroi.client import Sender
from octroi.outbox import OutboxFull

NOT_ALL, UNUSABLE = 1, 2
TOGETHER = 50


class UnusableAsked(ValueError):
    """Options that do not say what to send, as whom, or where to."""


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(placed(command))


def command(
    track: Annotated[
        Path,
        typer.Argument(
            help="What `octroi check` reads: CSV, GeoJSON, GPX, NMEA / AIS, DJI SRT, MDS or RID; "
            "with --sensor NMEA / AIS, or Remote ID captured as pcap or pcapng."
        ),
    ],
    operator: Annotated[
        str | None, typer.Option(help="Send as this operator's own vehicles.", metavar="ID")
    ] = None,
    sensor: Annotated[
        str | None, typer.Option(help="Send as this receiver of the city's.", metavar="ID")
    ] = None,
    vehicle: Annotated[
        str | None,
        typer.Option(help="Call what moved so, whatever the file calls it.", metavar="ID"),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The key of who sends: the broker's password.")
    ] = None,
    mqtt_url: Annotated[
        str | None,
        typer.Option(
            "--mqtt-url",
            "--host",
            help="The broker: mqtt://host:port, mqtts://… or host:port; else that of the Octroi "
            "of this machine.",
            metavar="URL",
        ),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(help="Certificates to trust instead of the system's.", metavar="FILE"),
    ] = None,
    speed: Annotated[
        str, typer.Option(help="So many times as fast as it happened, or max.", metavar="N")
    ] = "1",
    to_now: Annotated[
        bool,
        typer.Option(
            "--shift-to-now/--as-recorded",
            help="Move all instants to the present, or leave them as they are.",
        ),
    ] = False,
    together: Annotated[
        int,
        typer.Option("--batch", min=1, max=1000, help="At most so many positions in a message."),
    ] = TOGETHER,
    patience: Annotated[
        float, typer.Option(min=0, help="Give up after so many seconds without a receipt.")
    ] = 60.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")
    ] = False,
) -> None:
    """Send a recorded track over MQTT, each message again until the city has receipted it.

    Every position gets a number; sent a second time as recorded, the same file is known by its
    content and counts once. The exit code is 0 where all was stored, 1 where something was
    refused, quarantined or not receipted, 2 where nothing could be sent.

    Example: octroi replay flight.csv --operator aerofret --key oct_… --speed 10 --shift-to-now
    """
    try:
        asked = _asked(track, operator, sensor, vehicle, speed, to_now, together)
        asked, found = _surveyed(asked)
        moved_ms = shift_ms(found, asked.speed, now_ms()) if to_now else 0
        describe(asked, found, moved_ms, dry_run=dry_run)
        if dry_run:
            return
        with told(), _sender(asked, key, mqtt_url, ca) as sender:
            whole = _send(asked, found, moved_ms, sender, patience)
    except (UnreadableFile, UnusableSpeed, UnusableAsked) as unusable:
        errors.print(f"octroi replay: {unusable}", style="red", markup=False)
        raise typer.Exit(UNUSABLE) from unusable
    if not whole:
        raise typer.Exit(NOT_ALL)


def _asked(
    track: Path,
    operator: str | None,
    sensor: str | None,
    vehicle: str | None,
    speed: str,
    to_now: bool,
    together: int,
) -> Asked:
    if (operator is None) == (sensor is None):
        msg = "Who sends is either --operator or --sensor."
        raise UnusableAsked(msg)
    if sensor is not None and vehicle is not None:
        msg = "--vehicle is for an operator: whom a sensor hears is in what it hears."
        raise UnusableAsked(msg)
    if track.exists() and not track.is_file():
        msg = f"{track} is no file: it is read twice, once to see what is in it."
        raise UnusableAsked(msg)
    return Asked(
        track=track,
        operator=operator,
        sensor=sensor,
        vehicle=vehicle,
        speed=speed_of(speed),
        to_now=to_now,
        # A receiver's sentences are counted one by one, so each is a message.
        together=1 if sensor is not None else together,
    )


def _surveyed(asked: Asked) -> tuple[Asked, Survey]:
    found = survey(asked.entries())
    undated = set(found.unsent) == {UNDATED} and not found.count
    if undated and asked.to_now:
        asked = replace(asked, undated=True)
        return asked, survey(asked.entries())
    if not found.count:
        reason = next(iter(found.unsent), "no position in it")
        remedy = "; --shift-to-now takes its positions as one second apart" if undated else ""
        msg = f"{asked.track}: nothing in it can be sent: {reason}{remedy}"
        raise UnreadableFile(msg)
    return asked, found


def _sender(asked: Asked, key: str | None, mqtt_url: str | None, ca: Path | None) -> Sender:
    if key is None:
        msg = "--key is missing: the broker knows who sends by it."
        raise UnusableAsked(msg)
    return Sender(_address(mqtt_url), user=asked.user, key=key, ca=ca)


def _send(asked: Asked, found: Survey, moved_ms: int, sender: Sender, patience_s: float) -> bool:
    """Send everything and wait for the receipts; tell whether all was stored."""
    pace = Pace(speed=asked.speed, shift_ms=moved_ms, first_ms=found.first_ms)
    entries = in_order(asked.entries(_boot(asked)), ordered=found.ordered)
    with progress_bar() as progress:
        bar = progress.add_task("receipted", total=found.count)

        def show() -> None:
            tally = sender.tally
            done = tally.stored + tally.refused + tally.quarantined
            progress.update(bar, completed=done)

        try:
            for topic, group in messages(entries, pace, asked.together, time.sleep):
                sender.send(topic, group[0] if len(group) == 1 else b"[%b]" % b",".join(group))
                show()
            _await(sender, patience_s, show)
        except OutboxFull as full:
            say(str(full))
        except KeyboardInterrupt:
            report(sender, found)
            raise
    return report(sender, found)


def _await(sender: Sender, patience_s: float, show: Callable[[], None]) -> None:
    """Wait for receipts for as long as some come."""
    left, given_up_at = sender.unreceipted, time.monotonic() + patience_s
    while not sender.settle(0.2) and not sender.refusal and time.monotonic() < given_up_at:
        show()
        if sender.unreceipted < left:
            left, given_up_at = sender.unreceipted, time.monotonic() + patience_s
    show()


def _boot(asked: Asked) -> str:
    """Name this replay: by the content, so that the same file again is no news; moved, anew."""
    with asked.track.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    return f"replay-{content}-{now_ms()}" if asked.to_now else f"replay-{content}"


def _address(given: str | None) -> str:
    if given is None:
        return broker_address(settings())
    url = given if "://" in given else f"mqtt://{given}"
    try:
        place = urlsplit(url)
        usable = place.scheme in {"mqtt", "mqtts"} and place.hostname and place.port != 0
    except ValueError:
        usable = None
    if not usable:
        msg = f"--mqtt-url {given} is no address of a broker: mqtt://host:1883, or mqtts://…"
        raise UnusableAsked(msg)
    return url
