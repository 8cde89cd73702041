"""How does a line of an invoice look, walked back from the cent to the positions?"""

from collections.abc import Sequence
from datetime import UTC

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from billing.canonical import instant
from billing.model import Occupied, Usage, UsageSource
from billing.money import cents
from billing.proof import ExplainedFee, Explanation
from octroi.cli.counting import counted
from telemetry.kept.evidence import Sighting, VisitEvidence

SHOWN_POSITIONS = 6


def tree(explained: Explanation) -> Tree:
    """Draw line, fees, usage, visit, verdicts and positions as a tree."""
    invoice, line = explained.invoice, explained.line
    name = f"{invoice.number or invoice.id}/{line.number}"
    root = Tree(
        f"[bold]{escape(name)}[/bold] {escape(line.text['en'])}: "
        f"[bold]{cents(line.amount)} {invoice.currency}[/bold] owed by "
        f"{escape(invoice.debtor.name)} for {invoice.period.label}"
    )
    root.add(escape(explained.formula))
    root.add(escape(f"tariff {line.tariff} version {line.tariff_version}, act: {line.act}"))
    if line.zone:
        root.add(escape(f"zone {line.zone} ({line.zone_name})"))
    for fee in explained.fees:
        _add_fee(root, fee)
    left = len(line.fees) - len(explained.fees)
    if left:
        root.add(f"… and {counted(left, 'more fee')} (--limit)")
    return root


def _add_fee(root: Tree, explained: ExplainedFee) -> None:
    usage = explained.usage
    branch = root.add(f"[cyan]fee[/cyan] {explained.fee.id}: {escape(explained.formula)}")
    priced = branch.add(
        f"[cyan]usage[/cyan] {escape(usage.key)}{escape(_whose(usage))}: {metered(usage)}; "
        f"purpose {usage.purpose or 'not declared'}, size {usage.size}"
    )
    if usage.permit:
        priced.add(f"[cyan]permit[/cyan] {usage.permit} version {usage.permit_version or '-'}")
    if explained.permit:
        how = "automatically" if explained.permit.automated else "by an officer"
        priced.add(f"granted {how} at {instant(explained.permit.decided_at)}")
    if explained.evidence:
        _add_visit(priced, explained.evidence)


def metered(usage: Usage) -> str:
    """Say what was metered, by what the use is of."""
    if usage.occupied is not None:
        return _held(usage.occupied)
    match usage.source:
        case UsageSource.VISIT:
            entries = counted(usage.entries, "entry", "entries")
            said = f"{entries}, {usage.certain_ms} ms certain, {usage.distance_m} m"
        case UsageSource.DECLARED:
            carried = f"{usage.cargo_kg} kg over {usage.distance_m} m"
            said = f"{carried}, {counted(usage.passengers, 'passenger')}"
        case UsageSource.DATA:
            said = counted(usage.calls, "reading")
        case UsageSource.PERMIT:
            said = counted(usage.entries, "grant")
    return said


def _held(held: Occupied) -> str:
    begun = ", ".join(
        counted(number, unit)
        for number, unit in (
            (held.months, "month"),
            (held.seasons, "season"),
            (held.years, "year"),
        )
    )
    size = f"{held.area_m2} m², {held.length_m} m, street category {held.street}"
    return f"{held.kind} of {size} for {counted(held.days, 'day')}; begun: {begun}"


def _whose(usage: Usage) -> str:
    return f" of {usage.vehicle}" if usage.vehicle else ""


def _add_visit(branch: Tree, evidence: VisitEvidence) -> None:
    visit = evidence.visit
    node = branch.add(
        f"[cyan]visit[/cyan] {visit.id}: zone {escape(visit.zone)} version {visit.zone_version}, "
        f"{instant(visit.entered_at)} to {instant(visit.left_at)}, "
        f"{visit.uncertain_ms} ms uncertain and free, {counted(visit.violations, 'violation')}"
    )
    if not evidence.sightings:
        node.add("positions: their retention has ended")
        return
    node.add(_positions(evidence.sightings, visit.observations))


def _positions(sightings: Sequence[Sighting], observations: int) -> Table:
    # Narrow enough for a terminal of 80 columns: the visit above says which day it was.
    shown = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("number", "UTC", "lon", "lat", "±", "height", "verdict"):
        shown.add_column(heading, no_wrap=True)
    ends = SHOWN_POSITIONS // 2
    for seen in sightings[:ends]:
        shown.add_row(*_cells(seen))
    hidden = max(observations, len(sightings)) - 2 * ends
    if hidden > 0:
        shown.add_row("…", f"{hidden} more")
    for seen in sightings[max(ends, len(sightings) - ends) :]:
        shown.add_row(*_cells(seen))
    return shown


def _cells(seen: Sighting) -> tuple[str, ...]:
    verdict = seen.kind.name.lower() if seen.kind else "none"
    reason = f" ({seen.reason.code})" if seen.reason else ""
    height = f"{seen.alt_m:.0f} m {seen.alt_ref or ''}" if seen.alt_m is not None else "unknown"
    return (
        str(seen.observation),
        f"{seen.at.astimezone(UTC):%H:%M:%S}",
        f"{seen.lon:.5f}",
        f"{seen.lat:.5f}",
        f"{seen.h_acc_m:.0f} m",
        height,
        f"{verdict}{reason}",
    )
