"""How does a line of an invoice look, walked back from the cent to the positions?"""

from collections.abc import Sequence
from datetime import UTC

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from billing.canonical import instant
from billing.export.taxed_words import rate_text
from billing.model import Occupied, Usage, UsageSource
from billing.proof import ExplainedFee, Explanation
from billing.vat import VatSubtotal
from octroi.cli.spoken import count, figures, headings, language, money, named, say, word
from telemetry.kept.evidence import Sighting, VisitEvidence
from zones.demands import StreetCategory

SHOWN_POSITIONS = 6


def tree(explained: Explanation) -> Tree:
    """Draw line, fees, usage, visit, verdicts and positions as a tree."""
    invoice, line = explained.invoice, explained.line
    name = f"{invoice.number or invoice.id}/{line.number}"
    root = Tree(
        f"[bold]{escape(name)}[/bold] {escape(line.text[language()])}{say('is')}"
        f"[bold]{money(line.amount, invoice.currency)}[/bold] "
        + say("owed", debtor=escape(invoice.debtor.name), period=invoice.period.label)
    )
    root.add(escape(explained.formula[language()]))
    for each in invoice.taxes:
        if each.vat == line.vat:
            root.add(_taxed(each, invoice.currency))
    told = say("tariff", tariff=line.tariff, version=line.tariff_version, act=line.act)
    root.add(escape(told))
    if line.zone:
        root.add(escape(say("zone", zone=line.zone, name=line.zone_name)))
    for fee in explained.fees:
        _add_fee(root, fee)
    left = len(line.fees) - len(explained.fees)
    if left:
        root.add(say("more", fees=count("fees", left)))
    return root


def _taxed(tax: VatSubtotal, currency: str) -> str:
    rate, taxable = rate_text(tax.vat.rate_percent, language()), money(tax.taxable, currency)
    return say("taxed", rate=rate, tax=money(tax.tax, currency), taxable=taxable)


def _add_fee(root: Tree, explained: ExplainedFee) -> None:
    usage = explained.usage
    branch = root.add(
        f"[cyan]{say('fee')}[/cyan] {explained.fee.id}{say('is')}"
        f"{escape(explained.formula[language()])}"
    )
    purpose = named("purpose", usage.purpose) if usage.purpose else say("undeclared")
    stated = say("used_for", purpose=purpose, size=named("size", usage.size))
    priced = branch.add(
        f"[cyan]{say('usage')}[/cyan] {escape(usage.key)}{escape(_whose(usage))}{say('is')}"
        f"{metered(usage)}{say('next')}{stated}"
    )
    if usage.permit:
        version = usage.permit_version or "-"
        granted = say("permit_version", permit=usage.permit, version=version)
        priced.add(f"[cyan]{say('permit')}[/cyan] {granted}")
    if explained.permit:
        how = "granted" if explained.permit.automated else "granted_by_officer"
        priced.add(say(how, at=instant(explained.permit.decided_at)))
    if explained.evidence:
        _add_visit(priced, explained.evidence)


def metered(usage: Usage) -> str:
    """Say what was metered, by what the use is of."""
    if usage.occupied is not None:
        return _held(usage.occupied)
    match usage.source:
        case UsageSource.VISIT:
            entries = count("entries", usage.entries)
            certain, metres = figures(usage.certain_ms), figures(usage.distance_m)
            said = say("visited", entries=entries, certain=certain, metres=metres)
        case UsageSource.DECLARED:
            aboard = count("passengers", usage.passengers)
            cargo, metres = figures(usage.cargo_kg), figures(usage.distance_m)
            said = say("carried", cargo=cargo, metres=metres, passengers=aboard)
        case UsageSource.DATA:
            said = count("readings", usage.calls)
        case UsageSource.PERMIT:
            said = count("grants", usage.entries)
    return said


def _held(held: Occupied) -> str:
    begun = ", ".join(
        count(unit, number)
        for number, unit in (
            (held.months, "months"),
            (held.seasons, "seasons"),
            (held.years, "years"),
        )
    )
    return say(
        "held",
        kind=named("occupation", held.kind),
        area=figures(held.area_m2),
        length=figures(held.length_m),
        place=say("at_place", place=held.place) if held.place else "",
        street="" if held.street is StreetCategory.NONE else say("in_street", street=held.street),
        days=count("days", held.days),
        begun=begun,
    )


def _whose(usage: Usage) -> str:
    return say("of", vehicle=usage.vehicle) if usage.vehicle else ""


def _add_visit(branch: Tree, evidence: VisitEvidence) -> None:
    visit = evidence.visit
    told = say(
        "visit_told",
        id=visit.id,
        zone=escape(visit.zone),
        version=visit.zone_version,
        start=instant(visit.entered_at),
        end=instant(visit.left_at),
        uncertain=figures(visit.uncertain_ms),
        violations=count("violations", visit.violations),
    )
    node = branch.add(f"[cyan]{say('visit')}[/cyan] {told}")
    if not evidence.sightings:
        node.add(say("forgotten"))
        return
    node.add(_positions(evidence.sightings, visit.observations))


def _positions(sightings: Sequence[Sighting], observations: int) -> Table:
    # Narrow enough for a terminal of 80 columns: the visit above says which day it was.
    shown = Table(box=None, padding=(0, 1, 0, 0))
    for heading in headings("number", "utc", "lon", "lat", "accuracy", "height", "verdict"):
        shown.add_column(heading, no_wrap=True)
    ends = SHOWN_POSITIONS // 2
    for seen in sightings[:ends]:
        shown.add_row(*_cells(seen))
    hidden = max(observations, len(sightings)) - 2 * ends
    if hidden > 0:
        shown.add_row("…", say("hidden", count=figures(hidden)))
    for seen in sightings[max(ends, len(sightings) - ends) :]:
        shown.add_row(*_cells(seen))
    return shown


def _cells(seen: Sighting) -> tuple[str, ...]:
    verdict = word(seen.kind.name.lower() if seen.kind else "none")
    reason = f" ({seen.reason.code})" if seen.reason else ""
    height = (
        f"{seen.alt_m:.0f} m {seen.alt_ref or ''}" if seen.alt_m is not None else say("unknown")
    )
    return (
        str(seen.observation),
        f"{seen.at.astimezone(UTC):%H:%M:%S}",
        f"{seen.lon:.5f}",
        f"{seen.lat:.5f}",
        f"{seen.h_acc_m:.0f} m",
        height,
        f"{verdict}{reason}",
    )
