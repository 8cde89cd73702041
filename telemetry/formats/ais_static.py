"""What does a vessel say of itself over AIS: its name, its size, what it carries?

Types 5 and 24, and the inland message of type 8 (DAC 200, FID 10), which gives the European number
(ENI) and the true size and draught. A value that AIS calls "not available" is None.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from pyais.messages import AISSentence

from telemetry.formats.ais_parts import Part, Parts, Whole
from telemetry.formats.nmea import BROKEN, joined, lines_of, said_by, sentence_of, time_of
from telemetry.model import Malformed

# Each message has at least the bits up to what is read of it; type 24 in its shorter part.
STATIC, STATIC_PARTS, INLAND = 5, 24, 8
BITS = {STATIC: 302, STATIC_PARTS: 160, INLAND: 152}
INLAND_SHIP = (200, 10)
UNKNOWN_HAZARD = 5
LOADED = {1: True, 2: False}


Fields = Mapping[str, object]


class Particulars(Struct, frozen=True, kw_only=True, tag="particulars"):
    """What one message says of one vessel; `hazard` is its number of blue cones or lights."""

    mmsi: int
    name: str | None = None
    callsign: str | None = None
    imo: int | None = None
    eni: str | None = None
    ship_type: int | None = None
    eri_type: int | None = None
    length_m: float | None = None
    beam_m: float | None = None
    draught_m: float | None = None
    hazard: int | None = None
    loaded: bool | None = None
    destination: str | None = None


def read(payload: bytes | Iterable[str]) -> Iterator[Particulars | Malformed]:
    """Yield what the lines say of vessels; positions are another reader's."""
    parts = Parts()
    for line, raw in enumerate(lines_of(payload), start=1):
        sentence = sentence_of(raw.strip(), line) if raw.strip() else None
        if not isinstance(sentence, AISSentence):
            continue
        if sentence.frag_cnt == 1:
            yield from _particulars(sentence, line)
            continue
        for result in parts.take(Part(sentence, sentence.raw, line, time_of(sentence)), 0):
            if isinstance(result, Whole):
                yield from _particulars(joined(result), line)


def _particulars(sentence: AISSentence, line: int) -> Iterator[Particulars | Malformed]:
    bits = BITS.get(sentence.ais_id)
    if bits is None or (sentence.ais_id == INLAND and _application(sentence) != INLAND_SHIP):
        return
    if len(sentence.bv) < bits:
        yield Malformed(reason=f"message: {len(sentence.bv)} of {bits} bits", line=line)
        return
    try:
        fields = sentence.decode().asdict()
        yield _inland(fields) if sentence.ais_id == INLAND else _static(fields)
    except BROKEN as error:
        yield Malformed(reason=f"message: {said_by(error)}", line=line)


def _application(sentence: AISSentence) -> tuple[int, int]:
    return sentence.bv.get(40, 10), sentence.bv.get(50, 6)


def _static(fields: Fields) -> Particulars:
    return Particulars(
        mmsi=_number(fields, "mmsi") or 0,
        name=_text(fields, "shipname"),
        callsign=_text(fields, "callsign"),
        imo=_number(fields, "imo"),
        ship_type=_number(fields, "ship_type"),
        length_m=_metres(fields, "to_bow", "to_stern"),
        beam_m=_metres(fields, "to_port", "to_starboard"),
        draught_m=_metres(fields, "draught"),
        destination=_text(fields, "destination"),
    )


def _inland(fields: Fields) -> Particulars:
    hazard = _number(fields, "hazard")
    return Particulars(
        mmsi=_number(fields, "mmsi") or 0,
        eni=_text(fields, "vin"),
        eri_type=_number(fields, "shiptype"),
        length_m=_metres(fields, "length"),
        beam_m=_metres(fields, "beam"),
        draught_m=_metres(fields, "draught"),
        hazard=(hazard or 0) if hazard is None or hazard < UNKNOWN_HAZARD else None,
        loaded=LOADED.get(_number(fields, "loaded") or 0),
    )


def _text(fields: Fields, name: str) -> str | None:
    return str(fields.get(name) or "").strip() or None


def _number(fields: Fields, name: str) -> int | None:
    """Return a number, None where it is 0: what AIS says when it is not known."""
    return int(_decimal(fields, name)) or None


def _metres(fields: Fields, *names: str) -> float | None:
    """Return the sum of distances, None where it is 0."""
    return sum(_decimal(fields, name) for name in names) or None


def _decimal(fields: Fields, name: str) -> float:
    value = fields.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
