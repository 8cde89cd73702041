"""How do watchers of one process see what another takes in? What changed goes between them.

It is gathered for a moment, each vehicle once, and written as short texts: a database's
notifications take no more than 8,000 bytes. Who cannot read one goes on with the next.
"""

import base64
import math
import zlib
from collections.abc import Iterable, Iterator

import msgspec
import structlog

from telemetry.told import Alert
from telemetry.watched.feed import Row, Standing
from telemetry.watched.readers import Event

log = structlog.get_logger()

LONGEST = 7_900
ROOM = 1.1  # less is saved by compressing a part than by compressing all


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Vehicles at their newest, what holds for them where that changed, and alerts.

    `seen` alerts are as the intake tells them, `told` ones as they stand in the record.
    """

    rows: tuple[Row, ...] = ()
    standings: tuple[Standing, ...] = ()
    seen: tuple[Alert, ...] = ()
    told: tuple[Alert, ...] = ()

    def __len__(self) -> int:
        """Return of how many things it tells."""
        return len(self.rows) + len(self.standings) + len(self.seen) + len(self.told)


class Unreadable(ValueError):
    """No news of ours, or of another edition's."""


def gathered(events: Iterable[Event]) -> News:
    """Return what of these happened here, of each vehicle and alert the newest only."""
    here = [event for event in events if event.own]
    rows = {uid: row for event in here for uid, row in event.rows.items()}
    standings = {(each.uid, each.zone): each for event in here for _, each in event.standings}
    told = {each.id: each for event in here if event.recorded for each in event.alerts}
    seen = {each.id: each for event in here if not event.recorded for each in event.alerts}
    return News(
        rows=tuple(rows.values()),
        standings=tuple(standings.values()),
        seen=tuple(seen.values()),
        told=tuple(told.values()),
    )


def packed(news: News, longest: int = LONGEST) -> Iterator[str]:
    """Write news as texts that are short enough; one thing that never is, is only logged."""
    if not len(news):
        return
    plain = msgspec.msgpack.encode(news)
    text = base64.b85encode(zlib.compress(plain, 1)).decode()
    if len(text) <= longest:
        yield text
    elif len(news) == 1:
        log.warning("live.too-long-to-tell", letters=len(text))
    else:
        for part in _parts(news, 1 + math.ceil(ROOM * len(text) / longest)):
            yield from packed(part, longest)


def unpacked(text: str) -> News:
    """Read what `packed` wrote."""
    try:
        plain = zlib.decompress(base64.b85decode(text))
        return msgspec.msgpack.decode(plain, type=News)
    except (ValueError, zlib.error) as error:
        raise Unreadable(str(error)) from error


def _parts(news: News, wanted: int) -> Iterator[News]:
    """Part news into so many, or a few more, kinds apart and in their order: vehicles go first."""
    size = max(1, len(news) // wanted)
    for name in News.__struct_fields__:
        column = getattr(news, name)
        for begin in range(0, len(column), size):
            yield News(**{name: column[begin : begin + size]})
