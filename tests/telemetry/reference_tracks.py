"""Where vehicles stand, as it is written most plainly: a fix at a time, with a geometry library.

Slow, and the oracle that `telemetry.tracks` is held against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import numpy as np
import shapely
from msgspec.structs import replace as replaced
from numpy.typing import NDArray

from telemetry.columns import EVERY_LAYER
from telemetry.following.fleet import Track
from telemetry.following.stays import Presence, Span, Stay, Stretch, lived, permitted, seen, visit
from telemetry.following.steps import Place
from telemetry.model import Observations, Reason, VehicleKey, VerdictKind, Verdicts, Visit
from telemetry.rulebook import Rulebook
from tests.telemetry.reference_judging import judge
from zones.columns import Floats, Relation
from zones.model import LAYERS, Zone, ZoneId
from zones.space.crossings import crossing
from zones.space.geometry import distance_m

GAP_MS = 120_000

NOWHERE: Mapping[int, bool] = MappingProxyType({})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle's way from its fix before to observation `row`; `before` None: it is the first.

    `touches` holds each zone the way touches, by its number in the rulebook: True where the way
    never leaves it.
    """

    vehicle: VehicleKey
    row: int
    before: Place | None
    here: Place
    length_m: float
    touches: Mapping[int, bool]

    @property
    def joined(self) -> bool:
        """Tell whether the vehicle was followed all the way: there was a fix, and no long gap."""
        return self.before is not None and self.here.at_ms - self.before.at_ms <= GAP_MS

    @property
    def start_ms(self) -> int:
        """Return when the way begins: at the fix before, or here where there is none."""
        return self.here.at_ms if self.before is None else self.before.at_ms

    def place_at(self, at_ms: float) -> tuple[float, float]:
        """Return longitude and latitude at an instant of the straight way."""
        if self.before is None:
            return self.here.lon, self.here.lat
        part = (at_ms - self.before.at_ms) / (self.here.at_ms - self.before.at_ms)
        return (
            self.before.lon + part * (self.here.lon - self.before.lon),
            self.before.lat + part * (self.here.lat - self.before.lat),
        )

    @property
    def speed_m_per_ms(self) -> float:
        """Return the mean speed on the way."""
        return 0.0 if self.before is None else self.length_m / (self.here.at_ms - self.before.at_ms)


def steps(
    before: Mapping[VehicleKey, Place], batch: Observations, rulebook: Rulebook
) -> tuple[Step, ...]:
    """Return the batch's steps in order of arrival; a fix older than the last moves nothing."""
    last = dict(before)
    found: list[tuple[VehicleKey, int, Place | None, Place]] = []
    at = batch.positions
    columns = zip(at.at_ms.tolist(), at.lon.tolist(), at.lat.tolist(), strict=True)
    for row, (vehicle, place) in enumerate(zip(batch.vehicle.tolist(), columns, strict=True)):
        key, here = batch.vehicles[vehicle], Place(*place)
        previous = last.get(key)
        if previous is None or previous.at_ms < here.at_ms:
            found.append((key, row, previous, here))
            last[key] = here
    ways = np.array([[(p or h)[1:], h[1:]] for _, _, p, h in found]).reshape(-1, 2, 2)
    lengths = distance_m(ways[:, 0, 0], ways[:, 0, 1], ways[:, 1, 0], ways[:, 1, 1]).tolist()
    touches = _touches(ways, rulebook)
    return tuple(
        Step(
            vehicle=key,
            row=row,
            before=previous,
            here=here,
            length_m=lengths[n],
            touches=touches.get(n, NOWHERE),
        )
        for n, (key, row, previous, here) in enumerate(found)
    )


def inside(step: Step, zone: int, rulebook: Rulebook) -> tuple[Span, ...]:
    """Return from when to when the straight way between the two fixes lies in the zone's area."""
    if step.before is None or zone not in step.touches:
        return ()
    begin, duration = step.before.at_ms, step.here.at_ms - step.before.at_ms
    if step.touches[zone]:
        return ((begin, step.here.at_ms),)
    area = _areas(rulebook)[zone]
    a, b = step.before[1:], step.here[1:]
    fractions = [0.0, *crossing(area, a, b), 1.0]
    if not shapely.intersects_xy(area, *a):
        del fractions[0]
    instants = [begin + round(fraction * duration) for fraction in fractions]
    return tuple(zip(instants[::2], instants[1::2], strict=False))


def _areas(rulebook: Rulebook) -> NDArray[np.object_]:
    return np.array([zone.footprint for zone in rulebook.zones], dtype=np.object_)


def _touches(ways: Floats, rulebook: Rulebook) -> dict[int, dict[int, bool]]:
    """Ask for all ways at once which zones they touch, and which of those they never leave."""
    # A line of no length would meet nothing.
    still = (ways[:, 0] == ways[:, 1]).all(axis=1)
    lines = np.asarray(shapely.linestrings(ways), dtype=np.object_)
    lines[still] = shapely.points(ways[still, 0])
    way, zone = shapely.STRtree(_areas(rulebook)).query(lines)
    hit = np.asarray(shapely.intersects(_areas(rulebook)[zone], lines[way]))
    way, zone = way[hit], zone[hit]
    within = np.asarray(shapely.covers(_areas(rulebook)[zone], lines[way]))
    found: dict[int, dict[int, bool]] = {}
    rows = zip(way.tolist(), zone.tolist(), within.tolist(), strict=True)
    for n, each, whole in rows:
        found.setdefault(n, {})[each] = whole
    return found


ByRow = dict[int, dict[ZoneId, Presence]]


class _Crossing(NamedTuple):
    """A way that enters a zone's area and leaves it again, and the middle of its longest part."""

    step: Step
    zone: int
    middle_ms: float


def presences(verdicts: Verdicts, rulebook: Rulebook) -> ByRow:
    """Return what the verdicts say about stays, by observation and zone."""
    found: ByRow = {}
    sure = verdicts.relation == Relation.INSIDE
    violation = verdicts.kind == VerdictKind.VIOLATION
    holds = (verdicts.reason == Reason.NONE) | (verdicts.reason == Reason.SPEED)
    columns = (verdicts.observation, verdicts.zone, sure, violation, verdicts.permit, holds)
    for row, number, *said, permit, held in zip(*(c.tolist() for c in columns), strict=True):
        zone = rulebook.zones[number]
        found.setdefault(row, {})[zone.id] = Presence(
            number=number,
            zone=zone,
            sure=said[0],
            violation=said[1],
            permit=rulebook.permits[permit] if permit >= 0 else None,
            holds=held,
        )
    return found


def passages(
    ways: Sequence[Step],
    batch: Observations,
    now: Mapping[int, Mapping[ZoneId, Presence]],
    rulebook: Rulebook,
) -> ByRow:
    """Judge the middle of each way that crosses a zone's area with both fixes outside.

    Height, hours and permit are asked there as they are at a fix; the height is that of the fix
    after. An area crossed that is not a zone in force for this vehicle is no passage.
    """
    layers = batch.positions.layer.tolist()
    crossings = [
        found
        for step in ways
        if step.joined
        for zone, whole in step.touches.items()
        if not whole and _is_for(rulebook.zones[zone], layers[step.row])
        if rulebook.zones[zone].id not in now.get(step.row, {})
        if (found := _crossing(step, zone, rulebook))
    ]
    if not crossings:
        return {}
    verdicts = judge(_middles(crossings, batch), rulebook)
    wanted = np.array([crossing.zone for crossing in crossings])
    same = verdicts.zone == wanted[verdicts.observation]
    rows = [crossings[n].step.row for n in verdicts.observation[same].tolist()]
    return presences(_picked(verdicts, np.flatnonzero(same), rows), rulebook)


def _is_for(zone: Zone, layer: int) -> bool:
    return zone.layer is None or layer in (EVERY_LAYER, zone.layer.code)


def _crossing(step: Step, zone: int, rulebook: Rulebook) -> _Crossing | None:
    spans = inside(step, zone, rulebook)
    if not spans or spans[0][0] <= step.start_ms or spans[-1][1] >= step.here.at_ms:
        return None
    begin, end = max(spans, key=lambda span: span[1] - span[0])
    return _Crossing(step, zone, (begin + end) / 2)


def _middles(crossings: Sequence[_Crossing], batch: Observations) -> Observations:
    """Return a batch of the fixes after, moved back to the middles of the passages."""
    rows = np.array([crossing.step.row for crossing in crossings], np.intp)
    at_ms = np.array([crossing.middle_ms for crossing in crossings])
    places = np.array([crossing.step.place_at(crossing.middle_ms) for crossing in crossings])
    here = batch.take(rows)
    return replace(
        here,
        positions=replace(
            here.positions, at_ms=at_ms.astype(np.int64), lon=places[:, 0], lat=places[:, 1]
        ),
    )


def _picked(verdicts: Verdicts, rows: NDArray[np.intp], observations: Sequence[int]) -> Verdicts:
    return Verdicts(
        observation=np.array(observations, np.int32),
        zone=verdicts.zone[rows],
        relation=verdicts.relation[rows],
        kind=verdicts.kind[rows],
        reason=verdicts.reason[rows],
        permit=verdicts.permit[rows],
        margin_m=verdicts.margin_m[rows],
    )


Presences = Mapping[ZoneId, Presence]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one vehicle in its layer, the observation it ends at, and the one before."""

    step: Step
    rulebook: Rulebook
    layer: int
    observation: int
    previous: int

    def outcome(
        self, stays: Sequence[Stay], now: Presences, passed: Presences
    ) -> tuple[tuple[Stay, ...], list[Visit]]:
        """Return the stays that go on or begin here, and the visits that end."""
        if not self.step.joined:
            ended = [visit(self.step.vehicle, stay) for stay in stays]
            stays = ()
        else:
            ended = []
        before = {stay.zone for stay in stays}
        for stay in stays:
            if stay.zone not in now:
                self._left(stay, ended)
        for zone in sorted(passed.keys() - before):
            self._passed(passed[zone], ended)
        going = [self._stayed(stay, now[stay.zone], ended) for stay in stays if stay.zone in now]
        going += [self._entered(now[zone], ended) for zone in now if zone not in before]
        return tuple(going), ended

    def _stayed(self, stay: Stay, presence: Presence, ended: list[Visit]) -> Stay:
        """Go on; only between two fixes surely inside is the way between them certain."""
        certain = stay.sure and presence.sure
        end = self.step.here.at_ms
        spans: tuple[Span, ...] = ((stay.until_ms, end),)
        if certain:
            # The way may cut through a hole: that part counts as neither.
            spans = (*inside(self.step, presence.number, self.rulebook), (end, end))
        stretch = self._stretch(spans, presence.zone, certain=certain)
        stay, over = lived(self.step.vehicle, stay, stretch)
        ended += over
        return seen(stay, self.observation, presence)

    def _entered(self, presence: Presence, ended: list[Visit]) -> Stay:
        """Begin at the last crossing in, or here where none is known."""
        end = self.step.here.at_ms
        span = (end, end)
        if self.step.joined:
            spans = inside(self.step, presence.number, self.rulebook)
            if spans and spans[-1][1] == end and spans[-1][0] > self.step.start_ms:
                span = spans[-1]
        stretch = self._stretch((span,), presence.zone, certain=presence.sure)
        stay, over = lived(self.step.vehicle, self._opened(presence, span[0]), stretch)
        ended += over
        return seen(stay, self.observation, presence)

    def _left(self, stay: Stay, ended: list[Visit]) -> None:
        """End at the crossing out, or at the last fix inside where none is known."""
        number = self.rulebook.numbers.get((stay.zone, stay.zone_version))
        if number is not None:
            spans = inside(self.step, number, self.rulebook)
            if spans and spans[0][0] == stay.until_ms and spans[-1][1] < self.step.here.at_ms:
                zone = self.rulebook.zones[number]
                stretch = self._stretch(spans, zone, certain=stay.sure)
                stay, over = lived(self.step.vehicle, stay, stretch)
                ended += over
        ended.append(visit(self.step.vehicle, stay))

    def _passed(self, presence: Presence, ended: list[Visit]) -> None:
        """Make a visit of a passage between two fixes outside."""
        spans = inside(self.step, presence.number, self.rulebook)
        stay = permitted(self._opened(presence, spans[0][0]), presence)
        stretch = self._stretch(spans, presence.zone, certain=presence.sure)
        stay, over = lived(self.step.vehicle, stay, stretch)
        ended += over
        ended.append(visit(self.step.vehicle, replaced(stay, last_observation=self.observation)))

    def _opened(self, presence: Presence, at_ms: int) -> Stay:
        first = self.observation if at_ms == self.step.here.at_ms else self.previous
        zone = presence.zone
        by_zone = 0 if zone.layer is None else LAYERS.index(zone.layer)
        return Stay(
            zone=zone.id,
            zone_version=zone.version,
            layer=by_zone if self.layer < 0 else self.layer,
            entered_ms=at_ms,
            until_ms=at_ms,
            first_observation=first,
            last_observation=first,
        )

    def _stretch(self, spans: tuple[Span, ...], zone: Zone, *, certain: bool) -> Stretch:
        start = zone.valid.start
        return Stretch(
            spans=spans,
            certain=certain,
            speed_m_per_ms=self.step.speed_m_per_ms,
            version=zone.version,
            since_ms=0 if start is None else round(start.timestamp() * 1000),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The tracks that changed, and the visits that ended."""

    tracks: dict[VehicleKey, Track]
    visits: tuple[Visit, ...]


def advance(
    tracks: Mapping[VehicleKey, Track],
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
    ids: NDArray[np.int64],
) -> Advanced:
    """Move the tracks on by a batch; a fix that is not the vehicle's newest moves nothing."""
    latest = {key: tracks[key] for key in batch.vehicles if key in tracks}
    changed: dict[VehicleKey, Track] = {}
    visits: list[Visit] = []
    ways = steps(
        {key: Place(track.at_ms, track.lon, track.lat) for key, track in latest.items()},
        batch,
        rulebook,
    )
    now = presences(verdicts, rulebook)
    passed = passages(ways, batch, now, rulebook)
    layers, heard = batch.positions.layer.tolist(), batch.received_at_ms.tolist()
    for step in ways:
        key, row, observation = step.vehicle, step.row, int(ids[step.row])
        old = latest.get(key)
        move = Move(
            step=step,
            rulebook=rulebook,
            layer=layers[row],
            observation=observation,
            previous=old.observation if old else observation,
        )
        stays, ended = move.outcome(old.stays if old else (), now.get(row, {}), passed.get(row, {}))
        visits += ended
        changed[key] = latest[key] = Track(
            operator=key.operator,
            vehicle=key.vehicle,
            at_ms=step.here.at_ms,
            heard_ms=heard[row],
            lon=step.here.lon,
            lat=step.here.lat,
            layer=layers[row],
            observation=observation,
            stays=stays,
        )
    return Advanced(tracks=changed, visits=tuple(visits))
