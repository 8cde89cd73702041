"""How is the answer for one position explained? Condition by condition, with every figure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from octroi.cli.check_reading import UnreadableFile
from octroi.cli.counting import counted
from telemetry.formats.stretch import Stretch
from telemetry.recorded.checking import check, places_by_id
from telemetry.recorded.whereabouts import (
    NEARBY_M,
    Spot,
    VolumeFinding,
    ZoneFinding,
    decisions,
    spot_of,
    whereabouts,
)
from zones.heights.relief import OUTSIDE, UNCERTAIN, WITHIN, Range
from zones.heights.vertical import Datum
from zones.index import ZoneIndex
from zones.model import HEIGHT_REFERENCES, Height, HeightReference
from zones.periods import ALWAYS
from zones.precedence import Resolution
from zones.time.clocks import PARIS_TIME

OUTPUT_PREFIX = "output:"
MOST_ZONES = 40

OVER = {WITHIN: "within", UNCERTAIN: "uncertain", OUTSIDE: "outside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which row is asked about: a row of the track by its line, or one of the answer."""

    number: int
    of_output: bool

    @classmethod
    def of(cls, text: str) -> "Asked":
        """Read `12`, a line of the track, or `output:3`, a row of the answer; both from 1."""
        digits = text.removeprefix(OUTPUT_PREFIX)
        if not digits.isdecimal() or int(digits) < 1:
            msg = f"--explain {text}: neither a line of the track nor output: and a row"
            raise UnreadableFile(msg)
        return cls(number=int(digits), of_output=digits != text)


def explained(asked: Asked, stretches: Iterator[Stretch], index: ZoneIndex) -> Iterator[str]:
    """Yield the lines that explain one row; raise UnreadableFile where there is none such."""
    before = 0
    places = places_by_id(index.zones)
    for stretch in stretches:
        if asked.of_output:
            answer = check(stretch.positions, index, places).position
            rows = answer[max(asked.number - before - 1, 0) :][:1]
            before += len(answer)
        else:
            _refuse_malformed(stretch, asked.number)
            rows = np.flatnonzero(stretch.line == asked.number)[:1].astype(np.int32)
        if len(rows):
            yield from _lines(stretch, int(rows[0]), index)
            return
    length = counted(before, "row")
    whole = f"the answer has {length}" if asked.of_output else "no position is on that line"
    msg = f"--explain {asked.number}: {whole}"
    raise UnreadableFile(msg)


def _refuse_malformed(stretch: Stretch, line: int) -> None:
    for each in stretch.malformed:
        if each.line == line:
            msg = f"--explain {line}: the row could not be read: {each.reason}"
            raise UnreadableFile(msg)


def _lines(stretch: Stretch, row: int, index: ZoneIndex) -> Iterator[str]:
    spot = spot_of(stretch.positions, row, index.datum)
    vehicle, at = stretch.vehicle[row].as_py(), stretch.at[row].as_py()
    yield f"row {stretch.line[row]}: {vehicle} at {at or 'an unknown instant'}"
    accuracy = f"within {spot.h_acc_m:.4g} m" if spot.h_acc_m else "exactly"
    yield f"  place: lon {spot.lon}, lat {spot.lat}, {accuracy}"
    yield f"  layer: {spot.layer or 'not stated, so that zones of every layer apply'}"
    yield from _heights(spot, index.datum)
    findings = whereabouts(spot, index.zones, index.switches)
    for finding in findings[:MOST_ZONES]:
        yield from _finding(spot, finding)
    if len(findings) > MOST_ZONES:
        yield f"… and {len(findings) - MOST_ZONES} more zones"
    if not findings:
        yield f"no zone within {NEARBY_M:g} m"
    yield from _decisions(findings)


def _heights(spot: Spot, datum: Datum) -> Iterator[str]:
    alt_m, reference = spot.stated.alt_m, spot.stated.alt_ref
    if math.isnan(alt_m):
        yield "  height: not stated; against any limit it is uncertain"
        return
    within = f"{alt_m:g} m within {spot.stated.v_acc_m:g} m"
    if not reference:
        yield f"  height: {within}, above what is not stated; against any limit it is uncertain"
        return
    yield f"  height: {within} {HEIGHT_REFERENCES[reference - 1]}, which is"
    for each, heights in zip(HEIGHT_REFERENCES, spot.heights_m, strict=True):
        yield f"    {_range(heights)} {each}"
    yield f"    with the ground {_range(spot.ground_m)} above the sea ({datum.ground.source})"
    yield f"    and the sea {_range(spot.sea_m)} above the ellipsoid (EGM96)"


def _range(metres: Range) -> str:
    low, high = metres
    if math.isinf(low) or math.isinf(high):
        return "unknown"
    return f"{low:.1f} to {high:.1f} m"


def _finding(spot: Spot, finding: ZoneFinding) -> Iterator[str]:
    zone, relation = finding.zone, finding.relation
    name = f" ({zone.name})" if zone.name and zone.name != zone.id else ""
    said = relation.name.lower() if relation else "outside"
    yield f"{said}: zone {zone.id}{name} version {zone.version}, {zone.restriction}"
    for volume in finding.volumes:
        yield f"  place: {_edge(spot, volume)}"
        yield f"  height: {_band(spot, volume)}"
    yield f"  layer: {zone.layer or 'every'}{'' if finding.layer else ', not that of the position'}"
    yield f"  time: {_time(spot, finding)}"


def _edge(spot: Spot, finding: VolumeFinding) -> str:
    side = "inside" if finding.edge_m >= 0 else "outside"
    far = f"{abs(finding.edge_m):,.1f} m from the edge, {side}"
    if not spot.h_acc_m:
        return f"{far}; the position is exact"
    than = "no more" if finding.over == UNCERTAIN else "more"
    return f"{far}; {than} than the {spot.h_acc_m:.4g} m of accuracy: {OVER[finding.over]}"


def _band(spot: Spot, finding: VolumeFinding) -> str:
    limits = [
        f"{word} {height_words(limit)}, position {_range(_in_reference(spot, limit.reference))}"
        for word, limit in (
            ("from", finding.volume.band.lower),
            ("up to", finding.volume.band.upper),
        )
        if limit is not None
    ]
    return f"{'; '.join(limits)}: {OVER[finding.height]}" if limits else "no limit"


def height_words(height: Height) -> str:
    """Return a height as people read it."""
    return f"{height.value_m:g} m {height.reference}"


def _in_reference(spot: Spot, reference: HeightReference) -> Range:
    return spot.heights_m[HEIGHT_REFERENCES.index(reference)]


def _time(spot: Spot, finding: ZoneFinding) -> str:
    if spot.at_ms is None:
        return "the instant is unknown, taken as in force"
    if not finding.valid:
        said = "this version is not valid then"
    elif not finding.zone.applicability:
        said = "always in force"
    else:
        said = f"{'' if finding.in_force else 'not '}in force by its calendar"
    change = finding.change
    if change is None:
        if not finding.zone.applicability and finding.zone.valid == ALWAYS:
            return said
        return f"{said}; no change in the 400 days after"
    turns = "begins" if change.in_force else "ceases"
    at = change.at.astimezone(PARIS_TIME).isoformat(timespec="seconds")
    return f"{said}; {turns} {at} ({change.why})"


def _decisions(findings: Sequence[ZoneFinding]) -> Iterator[str]:
    decided = decisions(findings)
    for layer, resolution in decided.items():
        yield f"decides{f' in layer {layer}' if layer else ''}: {_decision(resolution)}"
    if not decided:
        yield "decides: no zone, the position is in none for certain"


def _decision(resolution: Resolution) -> str:
    zone = resolution.decided_by
    said = "nobody" if zone is None else f"zone {zone.id}, priority {zone.priority}"
    others = ", ".join(each.id for each in resolution.applied[1:])
    overridden = ", ".join(each.id for each in resolution.overridden)
    return (
        f"{said}: {resolution.restriction}"
        + (f"; also there: {others}" if others else "")
        + (f"; stricter, and set aside by the higher priority: {overridden}" if overridden else "")
    )
