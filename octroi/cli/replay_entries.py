"""What does a recorded file hold to be sent, on which topic, and when did it happen?"""

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any, NamedTuple

from octroi.cli.capture_frames import is_capture
from octroi.cli.check_reading import Say, UnreadableFile, opened
from octroi.cli.replay_captures import captured, moved
from telemetry.model import Fix, Malformed

FRAGMENT = re.compile(r"!..VD[MO],(\d),(\d),([^,]*),([^,]*),")
TAG = re.compile(r"^\\([^\\*]*)(?:\*[0-9A-Fa-f]{2})?\\")
TAG_TIME = re.compile(r"(^|,)c:(\d+)")
MILLISECONDS_FROM = 100_000_000_000  # a TAG time from here on is in milliseconds
LONGEST_GROUP = 20
HEAD_BYTES = 4096
UNDATED = "it has no time"
LONGEST_LINE = 100_000


class Entry(NamedTuple):
    """One thing to send; `write` makes it as of so many milliseconds later."""

    at_ms: int | None
    topic: str
    write: Callable[[int], bytes]


class Unsent(NamedTuple):
    """What of the file is not sent, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose vehicles moved; `vehicle` is what to call what moved, whatever the file calls it."""

    operator: str
    vehicle: str | None
    boot: str


@dataclass(slots=True)
class Survey:
    """What is in a file, before anything of it is sent."""

    count: int = 0
    topics: set[str] = field(default_factory=set)
    first_ms: int | None = None
    last_ms: int | None = None
    ordered: bool = True
    unsent: Counter[str] = field(default_factory=Counter)

    @property
    def span_ms(self) -> int:
        """Return how long it lasted."""
        return (self.last_ms or 0) - (self.first_ms or 0)


def survey(entries: Iterable[Entry | Unsent]) -> Survey:
    """Look through a file."""
    found = Survey()
    for each in entries:
        if isinstance(each, Unsent):
            found.unsent[each.reason] += 1
            continue
        found.count += 1
        found.topics.add(each.topic)
        if each.at_ms is not None:
            found.ordered = found.ordered and each.at_ms >= (found.last_ms or 0)
            found.first_ms = min(each.at_ms, found.first_ms or each.at_ms)
            found.last_ms = max(each.at_ms, found.last_ms or each.at_ms)
    return found


def positions(
    path: Path, say: Say, *, owner: Owner, undated: bool = False
) -> Iterator[Entry | Unsent]:
    """Yield each position of a track as one of an operator's vehicles, under a number of its own.

    Where nothing has a time, `undated` takes positions as one second apart.
    """
    numbers: Counter[str] = Counter()
    with opened(path, say) as track:
        for each in track.fixes():
            named = "" if isinstance(each, Malformed) else owner.vehicle or _vehicle(each)
            at_ms = None if isinstance(each, Malformed) else each.at_ms
            if undated:
                at_ms = (numbers[named] + 1) * 1000
            if isinstance(each, Malformed):
                yield Unsent(each.line, each.reason)
            elif at_ms is None:
                yield Unsent(each.line, UNDATED)
            elif not _sayable(named):
                yield Unsent(each.line, f"vehicle {named!r} cannot be in a topic")
            else:
                numbers[named] += 1
                place = _place(each) | {"boot": owner.boot, "seq": numbers[named]}
                topic = f"octroi/v1/{owner.operator}/{named}/position"
                yield Entry(at_ms, topic, _at(place, at_ms))


def overheard(path: Path, sensor: str) -> Iterator[Entry | Unsent]:
    """Yield what a receiver of the city logged: NMEA 0183 and AIS, or Remote ID in a capture."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if is_capture(head):
            for _, at_ms, pack in captured(path):
                yield Entry(at_ms, f"octroi/v1/{sensor}/remote-id", _moving(pack, at_ms))
        elif head.lstrip()[:1] in {b"!", b"$", b"\\", b"#"}:
            with path.open("r", encoding="ascii", errors="replace") as text:
                for group in _groups(iter(lambda: text.readline(LONGEST_LINE), "")):
                    yield Entry(_heard_at(group), f"octroi/v1/{sensor}/nmea", _said(group))
        else:
            msg = f"{path}: neither NMEA 0183 / AIS nor a capture (pcap, pcapng) of Remote ID"
            raise UnreadableFile(msg)
    except OSError as broken:
        msg = f"{path}: {broken.strerror or broken}"
        raise UnreadableFile(msg) from broken


def in_order(entries: Iterable[Entry | Unsent], *, ordered: bool) -> Iterator[Entry]:
    """Return what is to be sent in the order it happened."""
    kept = (each for each in entries if isinstance(each, Entry))
    return kept if ordered else iter(sorted(kept, key=lambda each: each.at_ms or 0))


def _vehicle(fix: Fix) -> str:
    return fix.vehicle or fix.serial or ("" if fix.mmsi is None else str(fix.mmsi))


def _sayable(name: str) -> bool:
    return bool(name) and name.isprintable() and not set(name) & set("/+#")


def _place(fix: Fix) -> dict[str, Any]:
    known = {
        "alt": fix.alt_m,
        "alt_ref": fix.alt_ref,
        "h_acc": fix.h_acc_m,
        "v_acc": fix.v_acc_m,
        "speed": fix.speed_mps,
        "heading": fix.heading_deg,
    }
    return {"lon": fix.lon, "lat": fix.lat} | {
        name: value for name, value in known.items() if value is not None
    }


def _at(place: dict[str, Any], at_ms: int) -> Callable[[int], bytes]:
    return lambda shift_ms: json.dumps({"at": at_ms + shift_ms} | place).encode()


def _moving(pack: bytes, at_ms: int) -> Callable[[int], bytes]:
    return lambda shift_ms: moved(pack, at_ms, shift_ms)


def _said(group: list[str]) -> Callable[[int], bytes]:
    return lambda shift_ms: "\n".join(_shifted(line, shift_ms) for line in group).encode()


def _groups(lines: Iterable[str]) -> Iterator[list[str]]:
    """Keep the parts of an AIS message in one; a receiver on two channels may mix two of them."""
    waiting: deque[str] = deque()
    unfinished: set[tuple[str, str]] = set()
    for raw in lines:
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        waiting.append(line)
        found = FRAGMENT.search(line)
        if found:
            count, number, *message = found.groups()
            (unfinished.discard if number == count else unfinished.add)((message[0], message[1]))
        if not unfinished or len(waiting) >= LONGEST_GROUP:
            yield list(waiting)
            waiting.clear()
            unfinished.clear()
    if waiting:
        yield list(waiting)


def _heard_at(group: Iterable[str]) -> int | None:
    """Return the receiver's time, where it says one."""
    for line in group:
        tag = TAG.match(line)
        told = TAG_TIME.search(tag[1]) if tag else None
        if told:
            value = int(told[2])
            return value if value >= MILLISECONDS_FROM else value * 1000
    return None


def _shifted(line: str, shift_ms: int) -> str:
    """Return a line whose TAG block says so much later, with the checksum for it."""
    tag = TAG.match(line)
    if not shift_ms or tag is None or not TAG_TIME.search(tag[1]):
        return line
    block = TAG_TIME.sub(lambda told: f"{told[1]}c:{_later(told[2], shift_ms)}", tag[1])
    return f"\\{block}*{reduce(xor, block.encode(), 0):02X}\\{line[tag.end() :]}"


def _later(told: str, shift_ms: int) -> int:
    value = int(told)
    return value + (shift_ms if value >= MILLISECONDS_FROM else shift_ms // 1000)
