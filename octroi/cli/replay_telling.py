"""What is said of a replay before it begins, while it goes on, and when it is over?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from octroi import clock
from octroi.cli.replay_entries import Entry, Owner, Survey, Unsent, overheard, positions
from octroi.client import Sender

REASONS_SHOWN = 20
NAMES_SHOWN = 5
OLD = timedelta(days=31)

out = Console(highlight=False, soft_wrap=True, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to send as whom, and how fast."""

    track: Path
    operator: str | None
    sensor: str | None
    vehicle: str | None
    speed: float
    to_now: bool
    together: int
    undated: bool = False

    @property
    def user(self) -> str:
        """Return whose name the messages go under."""
        return self.operator or self.sensor or ""

    def entries(self, boot: str = "") -> Iterator[Entry | Unsent]:
        """Read the file from its beginning."""
        if self.sensor is not None:
            return overheard(self.track, self.sensor)
        # What is assumed of a file is said when it is read first.
        again = self.undated or bool(boot)
        return positions(
            self.track,
            _silent if again else say,
            owner=Owner(operator=self.user, vehicle=self.vehicle, boot=boot),
            undated=self.undated,
        )


def report(sender: Sender, found: Survey) -> bool:
    """Tell what became of everything; return whether all was stored."""
    tally, unreceipted = sender.tally, sender.unreceipted
    out.print(
        f"sent {tally.sent}, stored {tally.stored}, refused {tally.refused}, "
        f"quarantined {tally.quarantined}; messages without a receipt {unreceipted}, "
        f"sent again {tally.resent_messages}"
    )
    for (outcome, reason), count in sender.reasons.most_common(REASONS_SHOWN):
        out.print(f"  {outcome} {count}: {reason}", markup=False)
    if sender.refusal:
        say(f"The broker does not let {sender.user} in any more: {sender.refusal}.")
    if found.unsent:
        out.print(f"not sent {found.unsent.total()}")
    return tally.stored == tally.sent and not unreceipted


def describe(asked: Asked, found: Survey, moved_ms: int, *, dry_run: bool) -> None:
    """Tell what is going to be sent."""
    names = sorted(found.topics)
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    what = "messages" if asked.sensor else "positions"
    out.print(
        f"{'would send' if dry_run else 'sending'} {found.count} {what} on "
        f"{', '.join(islice(names, NAMES_SHOWN))}{more}",
        markup=False,
    )
    if found.first_ms is not None and found.last_ms is not None:
        moved = f", moved by {timedelta(milliseconds=moved_ms)}" if asked.to_now else ""
        lasts = timedelta(milliseconds=round(found.span_ms / asked.speed))
        when = "" if asked.undated else f"from {_iso(found.first_ms)} to {_iso(found.last_ms)}"
        out.print(f"{when}{'' if asked.undated else moved + '; '}takes {lasts}")
        if not asked.to_now and now_ms() - found.last_ms > OLD.total_seconds() * 1000:
            say(
                "That is long ago: what is older than OCTROI_LATE_DAYS is quarantined. "
                "--shift-to-now makes it present."
            )
    if asked.undated:
        say("Nothing in it has a time: positions are taken one second apart.")
    for reason, count in found.unsent.most_common(REASONS_SHOWN):
        say(f"not sent {count}: {reason}")


def progress_bar() -> Progress:
    """Return a bar where somebody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )


def now_ms() -> int:
    """Return the present in epoch milliseconds."""
    return round(clock.now().timestamp() * 1000)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


def say(sentence: str) -> None:
    """Say something that is not the answer."""
    errors.print(sentence, markup=False)


def _silent(_sentence: str) -> None:
    """Say nothing."""
