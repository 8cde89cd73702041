"""What did a demonstration come to? The numbers that are told, and written down, at its end."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from billing.model import Invoice
from telemetry.counting import Counts
from zones.model import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a run left behind, to be summed up."""

    zones: Sequence[Zone]
    decisions: Iterable[str]
    counts: Counts
    latency_ms: tuple[float, ...]
    alerts: int
    invoices: Sequence[Invoice]


def summary(results: Results) -> dict[str, Any]:
    """Return the summary as it is written to `--summary`."""
    counts = results.counts
    p50, p99 = results.latency_ms
    totals = {invoice.currency: Decimal(0) for invoice in results.invoices} or {"EUR": Decimal(0)}
    for invoice in results.invoices:
        totals[invoice.currency] += invoice.total
    currency = min(totals)
    return {
        "zones": dict(Counter(zone.layer.value for zone in results.zones if zone.layer)),
        "permits": dict(Counter(results.decisions)),
        "observations": {
            "received": counts.received,
            "stored": counts.stored,
            "refused": counts.refused,
            "quarantined": counts.quarantined,
        },
        "verdicts": {
            "compliant": counts.compliant,
            "violation": counts.violation,
            "uncertain": counts.uncertain,
        },
        "alerts": results.alerts,
        "visits": counts.visits,
        "invoices": {
            "count": len(results.invoices),
            "total": str(totals[currency]),
            "currency": currency,
        },
        "latency_ms": {"p50": round(p50, 1), "p99": round(p99, 1)},
    }


def write(told: Mapping[str, Any], path: Path) -> None:
    """Write a summary as JSON."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(told: Mapping[str, Any], out: Console) -> None:
    """Print a summary for people."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in told.items():
        text = value
        if isinstance(value, Mapping):
            text = ", ".join(f"{key} {each}" for key, each in value.items())
        table.add_row(name.replace("_", " "), str(text))
    out.print(table)
