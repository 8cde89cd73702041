"""What is in this file: which recorded track, which zones? Told by content, read by stretches."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import TextIO

from octroi.cli.counting import counted
from telemetry.formats import track_csv_columns, track_gpx, track_json, track_srt
from telemetry.formats.stretch import Stretch, stretches
from telemetry.formats.track_csv import UnreadableTrack, header_of, rows
from telemetry.model import Fix, Malformed
from zones.formats.defects import Defect, Remark
from zones.formats.reading import UnreadableZones, find, parse
from zones.model import Zone

# How many unreadable rows are named one by one.
ROWS_NAMED = 20
HEAD_BYTES = 4096
LONGEST_LINE = 1_000_000

Say = Callable[[str], None]
Reader = Callable[[TextIO, str], Iterator[Fix | Malformed]]


class UnreadableFile(Exception):
    """A file that cannot be used at all; the message names it."""


class Track:
    """A recorded track, open for reading from its beginning to its end."""

    def __init__(self, path: Path, file: BufferedReader, say: Say) -> None:
        self.path = path
        # A pipe has no size to make progress towards.
        status = os.fstat(file.fileno())
        self.size = status.st_size if stat.S_ISREG(status.st_mode) else None
        self._file = file
        self.text = TextIOWrapper(file, encoding="utf-8-sig", errors="backslashreplace")
        self._say = say

    @property
    def read_bytes(self) -> int:
        """Return how far reading has come."""
        return self._file.tell()

    def stretches(self) -> Iterator[Stretch]:
        """Yield what can be read, naming what cannot; raise UnreadableFile where nothing can."""
        reader = self._reader()
        by_columns = reader is _csv
        with self._told():
            yield from self._readable(
                track_csv_columns.read(self.text)
                if by_columns
                else stretches(reader(self.text, self.path.stem))
            )

    def fixes(self) -> Iterator[Fix | Malformed]:
        """Yield each position with all that is said of it, or why it cannot be read."""
        with self._told():
            yield from self._reader()(self.text, self.path.stem)

    def _reader(self) -> Reader:
        head = self._file.peek(HEAD_BYTES)[:HEAD_BYTES].decode("utf-8-sig", errors="replace")
        reader = _reader(head.lstrip("\ufeff \t\r\n"))
        if reader is _srt:
            self._say(f"{self.path}: {track_srt.ASSUMED}")
        return reader

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except UnreadableTrack as broken:
            msg = f"{self.path}: {broken}"
            raise UnreadableFile(msg) from broken
        except OSError as broken:
            raise _unusable(self.path, broken) from broken

    def _readable(self, found: Iterator[Stretch]) -> Iterator[Stretch]:
        """Name unreadable rows once a readable one shows that the file is a track at all."""
        rows, bad, waiting = 0, 0, list[str]()
        for stretch in found:
            rows += len(stretch)
            room = max(ROWS_NAMED - bad, 0)
            bad += len(stretch.malformed)
            waiting += [
                f"{self.path}:{each.line}: {each.reason}" for each in stretch.malformed[:room]
            ]
            if rows:
                self._say_all(waiting)
                yield stretch
        if not rows and bad:
            first = waiting[0].removeprefix(f"{self.path}:")
            one = "its one row could not be read: it is row"
            many = f"none of its {bad} rows could be read; the first is row"
            msg = f"{self.path}: {one if bad == 1 else many} {first}"
            raise UnreadableFile(msg)
        if bad > ROWS_NAMED:
            self._say(f"{self.path}: {counted(bad - ROWS_NAMED, 'more row')} could not be read")
        if not rows:
            self._say(f"{self.path}: no position in it")

    def _say_all(self, waiting: list[str]) -> None:
        for sentence in waiting:
            self._say(sentence)
        waiting.clear()


@contextmanager
def opened(path: Path, say: Say) -> Iterator[Track]:
    """Open a track, or raise UnreadableFile."""
    try:
        file = path.open("rb")
    except OSError as broken:
        raise _unusable(path, broken) from broken
    track = Track(path, file, say)
    with track.text:
        yield track


def zones_of(paths: Iterable[Path], say: Say) -> list[Zone]:
    """Return the zones of all the files, naming their defects; raise UnreadableFile for none."""
    found: list[Zone] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8-sig", errors="backslashreplace")
            read = find(parse(text), path.stem)
        except OSError as broken:
            raise _unusable(path, broken) from broken
        except UnreadableZones as broken:
            msg = f"{path}: {broken}"
            raise UnreadableFile(msg) from broken
        faults: list[Defect | Remark] = [*read.defects, *read.remarks]
        for fault in faults[:ROWS_NAMED]:
            say(f"{path}: {fault.sentence}")
        if len(faults) > ROWS_NAMED:
            left = len(faults) - ROWS_NAMED
            say(f"{path}: {counted(left, 'more defect or remark', 'more defects and remarks')}")
        found += read.zones
    if not found:
        msg = f"{', '.join(map(str, paths))}: no zone could be read"
        raise UnreadableFile(msg)
    return found


def _unusable(path: Path, broken: OSError) -> UnreadableFile:
    return UnreadableFile(f"{path}: {broken.strerror or broken}")


def _reader(head: str) -> Reader:
    """Tell the format by what it begins with."""
    if track_srt.recognises(head):
        return _srt
    by_first = {"{": _json, "[": _json, "<": _gpx} | dict.fromkeys("!$\\#", _nmea)
    return by_first.get(head[:1], _csv)


def _csv(file: TextIO, _stem: str) -> Iterator[Fix | Malformed]:
    header = header_of(file.readline(LONGEST_LINE))
    return rows(header, _lines(file), first=2)


def _json(file: TextIO, stem: str) -> Iterator[Fix | Malformed]:
    return track_json.read(file.read(), stem)


def _gpx(file: TextIO, stem: str) -> Iterator[Fix | Malformed]:
    return track_gpx.read(file.read(), stem)


def _nmea(file: TextIO, _stem: str) -> Iterator[Fix | Malformed]:
    # Half a second, which only those who have an AIS log pay.
    from telemetry.formats import nmea  # noqa: PLC0415

    return nmea.results(_lines(file), own=True)


def _srt(file: TextIO, stem: str) -> Iterator[Fix | Malformed]:
    return track_srt.read(_lines(file), stem)


def _lines(file: TextIO) -> Iterator[str]:
    """Yield lines, cutting what is too long to be one."""
    return iter(lambda: file.readline(LONGEST_LINE), "")
