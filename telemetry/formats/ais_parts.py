"""Which sentences make one AIS message? Longer messages come in parts.

A receiver may send each sentence as a message of its own, so parts wait for one another across
the messages of a topic, not for ever: for half a minute, for so many messages at a time, and for
the topics heard most recently. Parts that were put together are remembered as long, so that a
message delivered again comes to the same report and not to half of one. A message that holds a part
has no answer before the others came, or were waited for in vain.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pyais.messages import AISSentence

from telemetry.model import Malformed

# The bits each position report has at least; a shorter one lost its end.
POSITION_REPORTS = {1: 168, 2: 168, 3: 168, 18: 168, 19: 312, 27: 96}
PATIENCE_MS = 30_000
MOST_WAITING = 64
MOST_TOPICS = 1_000


class Part(NamedTuple):
    """One sentence of several: as it stood in its line, its TAG block's time apart."""

    sentence: AISSentence
    said: bytes
    line: int
    at_ms: int | None


class Whole(NamedTuple):
    """A message put together: its sentences in order, and the first time that one of them has."""

    said: tuple[bytes, ...]
    line: int
    at_ms: int | None


@dataclass(slots=True)
class _Group:
    """The parts of one message so far; when the first was heard, on which line, who was last.

    `carriers` are the names of what they came in.
    """

    since_ms: int
    line: int
    carriers: dict[str, None] = field(default_factory=dict)
    parts: dict[int, Part] = field(default_factory=dict)
    last: int | None = None

    @property
    def count(self) -> int:
        return next(iter(self.parts.values())).sentence.frag_cnt

    def missing(self) -> Iterator[Malformed]:
        """Name an incomplete message, once for each that carried a part of it."""
        if self.last is None:
            absent = [number for number in range(1, self.count + 1) if number not in self.parts]
            reason = f"sentence: parts {absent} of {self.count} are missing"
            for carrier in self.carriers:
                yield Malformed(reason=reason, line=self.line, carrier=carrier)


class Parts:
    """The sentences of one source that wait for the others of their message."""

    def __init__(self, *, patient: bool = False) -> None:
        """Wait; `patient`ly, what was put together is remembered, too."""
        self.carrier = ""
        self._patient = patient
        self._groups: OrderedDict[tuple[int | None, str, int], _Group] = OrderedDict()
        self._earlier = 0

    @property
    def open(self) -> frozenset[str]:
        """Return the names of what carried parts that still wait for others."""
        groups = self._groups.values()
        return frozenset(name for one in groups if one.last is None for name in one.carriers)

    def take(self, part: Part, now_ms: int) -> Iterator[Whole | Malformed]:
        """Yield the message that this part makes whole, and those it shows to be incomplete."""
        one = part.sentence
        slot = (one.seq_id, one.channel, one.frag_cnt)
        known = self._groups.get(slot)
        if known is not None and self._another(known, part):
            # The number came round again before the message was whole, or for the next one.
            yield from self._missed(slot)
        while slot not in self._groups and len(self._groups) >= MOST_WAITING:
            yield from self._missed(next(iter(self._groups)))
        group = self._groups.setdefault(slot, _Group(now_ms, part.line))
        group.parts[one.frag_num] = part
        group.carriers[self.carrier] = None
        # What was whole already is so once again with the part that made it so.
        if len(group.parts) == one.frag_cnt and group.last in {None, one.frag_num}:
            group.last = one.frag_num
            yield _whole(group, part.line)
            if not self._patient:
                del self._groups[slot]

    def begin(self, now_ms: int) -> Iterator[Malformed]:
        """Begin a message; give up on what has waited for too long."""
        for slot, group in list(self._groups.items()):
            if group.line > 0:  # a line of an earlier message: no two are to be taken for one
                self._earlier -= 1
                group.line = self._earlier
            if now_ms - group.since_ms > PATIENCE_MS:
                yield from self._missed(slot)

    def unfinished(self) -> Iterator[Malformed]:
        """Give up on everything."""
        for slot in list(self._groups):
            yield from self._missed(slot)

    def _another(self, group: _Group, part: Part) -> bool:
        """Tell whether a part is of another message than those in its slot."""
        same = group.parts.get(part.sentence.frag_num)
        if same is None:
            return group.last is not None
        return not self._patient or same.said != part.said

    def _missed(self, slot: tuple[int | None, str, int]) -> Iterator[Malformed]:
        group = self._groups.pop(slot)
        first = group.parts.get(1)
        # What is known to be no position is not missed.
        if first is None or first.sentence.ais_id in POSITION_REPORTS:
            yield from group.missing()


class Fragments:
    """What waits on each topic; the one heard least recently is forgotten when there are many."""

    def __init__(self) -> None:
        self._topics: OrderedDict[str, Parts] = OrderedDict()

    def of(self, topic: str, carrier: str) -> Parts:
        """Return the sentences that wait on a topic, for those of a message that is called so."""
        parts = self._topics.pop(topic, None) or Parts(patient=True)
        self._topics[topic] = parts
        parts.carrier = carrier
        if len(self._topics) > MOST_TOPICS:
            self._topics.popitem(last=False)
        return parts


def _whole(group: _Group, line: int) -> Whole:
    ordered = [group.parts[number] for number in sorted(group.parts)]
    times = [part.at_ms for part in ordered if part.at_ms is not None]
    return Whole(tuple(part.said for part in ordered), line, times[0] if times else None)
