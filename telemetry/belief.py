"""Is a readable position believed? What is not is kept apart, with the reason."""

from dataclasses import dataclass

from telemetry.messages import Report

CLOCK_AHEAD_MS = 5_000

CONFLICT = "seq: the same boot and seq came before with other content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A report that is not believed, and why."""

    report: Report
    reason: str


def doubt(report: Report, *, earliest_ms: int) -> str:
    """Say why the report's time is not believed; nothing when it is."""
    if report.at_ms < earliest_ms:
        return "at: before the oldest period that is still open"
    if report.at_ms > report.received_at_ms + CLOCK_AHEAD_MS:
        return "at: ahead of the time it was received"
    return ""
