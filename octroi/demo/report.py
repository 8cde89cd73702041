"""What does the demonstration show at the terminal? Decisions, doors, keys and rule breakers."""

import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from octroi.demo.stage import STAFF, Answered, Stage
from octroi.hosting import Hosted

COLOURS = {"granted": "green", "refused": "red", "needs_review": "yellow"}
LANGUAGE = "en"


def permits_table(answers: Iterable[Answered], out: Console) -> None:
    """Show the applications that were not simply granted, and how many were."""
    answers = list(answers)
    granted = sum(answer.decision == "granted" for answer in answers)
    title = f"Asked before the traffic began: {granted} permits granted; not granted:"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("operator", "purpose", "layer", "decision", "because", "zone"):
        table.add_column(column)
    for answer in answers:
        if answer.decision != "granted":
            table.add_row(*_row(answer))
    out.print(table)


def _row(answer: Answered) -> Sequence[str]:
    body = answer.filing.body
    findings = answer.permit["findings"]
    telling = [f for f in findings if f["outcome"] == "objected"] or [
        f for f in findings if f["human"]
    ]
    because = str(telling[0]["text"][LANGUAGE]) if telling else ""
    zone = str(telling[0]["zone"] or "") if telling else ""
    colour = COLOURS[answer.decision]
    return (
        str(answer.filing.operator),
        str(body["purpose"]),
        str(body["layer"]),
        f"[{colour}]{answer.decision}[/{colour}]",
        because,
        zone,
    )


def open_doors(
    host: Hosted,
    stage: Stage,
    invoices: Sequence[str],
    misdeeds: Mapping[str, Mapping[str, str]],
    out: Console,
) -> None:
    """Say where to look, with which keys, and for whom."""
    broker = host.installed.backing.broker
    address = host.installed.backing.mqtt_url.rpartition("@")[2]
    out.print(f"\n[bold]Live map[/bold]         {host.url}/map")
    out.print(f"Public register  {host.url}/register")
    out.print(f"API              {host.url}/docs")
    if broker is not None:
        guard = "" if broker.guarded else ", without access control, loopback only"
        out.print(f"MQTT             {address} ({broker.name}{guard})")
    first = f", {invoices[0]} to {invoices[-1]}" if invoices else ""
    out.print(f"Invoices         {len(invoices)} issued for last month{first}")
    if invoices:
        place = host.installed.settings.data_dir
        program = sys.argv[0]
        out.print(f"Explain a line   OCTROI_DATA_DIR={place} {program} explain {invoices[0]}/1")
    out.print("\nOne key per role:")
    holders = {**{role.value: name for role, name in STAFF.items()}, **_outsiders(stage)}
    for role, name in holders.items():
        out.print(f"  {role:11} {stage.keys[name]}  ({name})")
    out.print("\nWho to watch:")
    for vehicle, sentence in misdeeds.items():
        out.print(f"  {vehicle:20} {sentence[LANGUAGE]}")
    out.print()


def _outsiders(stage: Stage) -> dict[str, str]:
    staff = set(STAFF.values())
    others = [name for name in stage.keys if name not in staff]
    sensors = [name for name in others if name.startswith("rx-")]
    operators = [name for name in others if name not in sensors]
    return {"operator": operators[0], "sensor": sensors[0]}
