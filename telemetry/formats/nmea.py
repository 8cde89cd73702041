"""Which positions do these NMEA 0183 lines hold?

AIS position reports (types 1, 2, 3, 18, 19, 27), multi-part and with TAG blocks, whose `c:` is
the only absolute time AIS has. Other sentences carry no position of a vehicle and are passed
over here; what they say of a vessel itself is read by `ais_static`. AIS has one accuracy flag:
set means within 10 m; not set means worse, taken as 30 m, a receiver without corrections under
open sky at a quay. Type 27 rounds to a tenth of a minute, which adds up to 110 m. There is no
height.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence, NMEASentence, NMEASentenceFactory

from telemetry.formats.ais_parts import POSITION_REPORTS, Part, Parts, Whole
from telemetry.formats.position import sorted_out
from telemetry.formats.rmc import own_position
from telemetry.model import Fix, Malformed
from zones.model import Layer

H_ACC_FLAG_SET_M = 10.0
H_ACC_FLAG_NOT_SET_M = 30.0
LONG_RANGE_ROUNDING_M = 110.0  # half a tenth of a minute each way: 93 m north, 61 m east in Paris
V_ACC_M = 15.0

LONG_RANGE = 27

NO_LON, NO_LAT = 181, 91
NO_HEADING, NO_COURSE = 511, 360
FASTEST_KN = 102.2  # 1022 is "this or faster", 1023 "not available"
FASTEST_LONG_RANGE_KN = 62
KNOT = 1852 / 3600
UNDER_WAY_MPS = 0.5  # below it the course over ground is noise, and the bow says more

LONGEST_LINE = 1024
MOST_LINES = 10_000
MILLISECONDS_FROM = 100_000_000_000  # a TAG time from here on is in milliseconds

BROKEN = (AISBaseException, ValueError, IndexError, KeyError, TypeError, OverflowError)


def read(
    payload: bytes | Iterable[str],
    *,
    own: bool = False,
    waiting: Parts | None = None,
    now_ms: int = 0,
) -> tuple[list[Fix], list[Malformed]]:
    """Read the lines in order; `own` takes up the receiver's own position (RMC) too.

    `waiting` holds the parts of earlier messages, and those of this one for later messages.
    """
    lines = lines_of(payload)
    if isinstance(payload, bytes) and not payload.strip():
        return [], [Malformed(reason="payload: empty")]
    if len(lines) > MOST_LINES:
        reason = f"payload: {len(lines)} lines in one message, at most {MOST_LINES} are read"
        return [], [Malformed(reason=reason)]
    return sorted_out(results(lines, own=own, waiting=waiting, now_ms=now_ms))


def lines_of(payload: bytes | Iterable[str]) -> list[str]:
    """Return the lines that a fix's or defect's `line` counts, from 1."""
    if isinstance(payload, bytes):
        return payload.decode("ascii", "replace").splitlines()
    return list(payload)


def results(
    lines: Iterable[str], *, own: bool = False, waiting: Parts | None = None, now_ms: int = 0
) -> Iterator[Fix | Malformed]:
    """Yield what the lines hold as soon as it is whole, for logs too long to keep."""
    parts = Parts() if waiting is None else waiting
    yield from parts.begin(now_ms)
    for line, raw in enumerate(lines, start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if own and text[3:6] == "RMC":
            result = own_position(text, line)
            yield from () if result is None else (result,)
        else:
            yield from _results(text, line, parts, now_ms)
    if waiting is None:
        yield from parts.unfinished()


def _results(text: str, line: int, parts: Parts, now_ms: int) -> Iterator[Fix | Malformed]:
    sentence = sentence_of(text, line)
    if isinstance(sentence, Malformed):
        yield sentence
    elif sentence is not None and sentence.frag_cnt == 1:
        yield from _position(sentence, line, time_of(sentence))
    elif sentence is not None:
        part = Part(sentence, sentence.raw, line, time_of(sentence))
        for result in parts.take(part, now_ms):
            if isinstance(result, Whole):
                yield from _position(joined(result), result.line, result.at_ms)
            else:
                yield result


def joined(whole: Whole) -> AISSentence:
    """Put the sentences of one message together."""
    # Made anew: joining changes the first of them.
    sentences = [NMEASentenceFactory.produce(said) for said in whole.said]
    return AISSentence.assemble_from_iterable([s for s in sentences if isinstance(s, AISSentence)])


def sentence_of(text: str, line: int) -> AISSentence | Malformed | None:
    """Return an AIS sentence, None for another kind of sentence, or what is wrong."""
    if text[0] not in "!$\\" or len(text) > LONGEST_LINE:
        return Malformed(reason="sentence: not NMEA 0183", line=line)
    if text[0] == "$":
        return None
    try:
        sentence = NMEASentenceFactory.produce(text.encode())
    except BROKEN as error:
        return Malformed(reason=f"sentence: {said_by(error)}", line=line)
    return _checked(sentence, line)


def _checked(sentence: NMEASentence, line: int) -> AISSentence | Malformed | None:
    if not isinstance(sentence, AISSentence):
        return None
    if not sentence.is_valid:
        return Malformed(reason="sentence: the checksum does not match", line=line)
    if sentence.tag_block is not None:
        sentence.tag_block.init()
        if not sentence.tag_block.is_valid:
            return Malformed(reason="TAG block: the checksum does not match", line=line)
    return sentence


def time_of(sentence: AISSentence) -> int | None:
    """Return the TAG block's time in epoch milliseconds."""
    stamp = None if sentence.tag_block is None else sentence.tag_block.receiver_timestamp
    if stamp is None or not stamp.isdecimal() or len(stamp) > 15:  # noqa: PLR2004 # digits
        return None
    time = int(stamp)
    return time if time >= MILLISECONDS_FROM else time * 1000


def _position(sentence: AISSentence, line: int, at_ms: int | None) -> Iterator[Fix | Malformed]:
    """Yield the position of a position report; nothing for other messages."""
    bits = POSITION_REPORTS.get(sentence.ais_id)
    if bits is None:
        return
    if len(sentence.bv) < bits:
        yield Malformed(reason=f"message: {len(sentence.bv)} of {bits} bits", line=line)
        return
    try:
        report = _numbers(sentence.decode().asdict())
    except BROKEN as error:
        yield Malformed(reason=f"message: {said_by(error)}", line=line)
        return
    lon, lat = report["lon"], report["lat"]
    if abs(lon) <= 180 and abs(lat) <= 90:  # noqa: PLR2004 # degrees
        yield _fix(report, line, at_ms, sentence.raw)
    else:
        why = "not available (181, 91)" if (lon, lat) == (NO_LON, NO_LAT) else f"{lon}, {lat}"
        yield Malformed(reason=f"lon/lat: {why}", line=line)


def _numbers(report: Mapping[str, object]) -> dict[str, float]:
    """Return the fields that make a position, which pyais types as anything, as numbers."""
    fields = ("msg_type", "mmsi", "lon", "lat", "accuracy", "speed", "course", "heading")
    return {name: float(report.get(name, NO_HEADING)) for name in fields}  # type: ignore[arg-type]  # numbers, or an error that names the message


def _fix(report: Mapping[str, float], line: int, at_ms: int | None, said: bytes) -> Fix:
    long_range = report["msg_type"] == LONG_RANGE
    h_acc_m = H_ACC_FLAG_SET_M if report["accuracy"] else H_ACC_FLAG_NOT_SET_M
    speed_mps = _speed_mps(report["speed"], long_range=long_range)
    return Fix(
        at_ms=at_ms,
        lon=report["lon"],
        lat=report["lat"],
        h_acc_m=h_acc_m + (LONG_RANGE_ROUNDING_M if long_range else 0),
        v_acc_m=V_ACC_M,
        speed_mps=speed_mps,
        heading_deg=_heading_deg(report, speed_mps),
        mmsi=int(report["mmsi"]),
        layer=Layer.RIVER,
        said=said,
        line=line,
    )


def _speed_mps(speed_kn: float, *, long_range: bool) -> float | None:
    fastest = FASTEST_LONG_RANGE_KN if long_range else FASTEST_KN
    return speed_kn * KNOT if speed_kn <= fastest else None


def _heading_deg(report: Mapping[str, float], speed_mps: float | None) -> float | None:
    """Return where the vessel goes, or where its bow points while it hardly moves."""
    course, bow = report["course"], report["heading"]
    moving = speed_mps is None or speed_mps >= UNDER_WAY_MPS
    wanted = (course, bow) if moving else (bow, course)
    return next((value for value in wanted if 0 <= value < NO_COURSE), None)


def said_by(error: Exception) -> str:
    """Return an error's own words, which may quote a whole sentence, in short."""
    words = error.args[0] if error.args else type(error).__name__
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    return text[:80] or type(error).__name__
