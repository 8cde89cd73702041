"""What does one step of a vehicle do to its stays?

Where a zone was entered or left without crossing its border on the map (by height, or because its
hours began or ended), the stay counts from the first fix inside and to the last. After a long pause
nobody knows when a border was crossed: what lies between it and the fix is uncertain.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from telemetry.following.stays import Presence, Span, Stay, Stretch, lived, permitted, seen, visit
from telemetry.following.steps import Step
from telemetry.model import Visit
from telemetry.pace import CROSSED_WITHIN_MS
from telemetry.rulebook import Rulebook
from zones.model import LAYERS, Zone, ZoneId

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

    @property
    def _timed(self) -> bool:
        """Tell whether it is known when a border was crossed on the way."""
        spent_ms = self.step.here.at_ms - self.step.start_ms
        return spent_ms <= CROSSED_WITHIN_MS.item(self.layer)

    def _stayed(self, stay: Stay, presence: Presence, ended: list[Visit]) -> Stay:
        """Go on; only between two fixes surely inside is the way between them certain."""
        certain = stay.sure and presence.sure
        end = self.step.here.at_ms
        spans: tuple[Span, ...] = ((stay.until_ms, end),)
        if certain:
            # The way may cut through a hole: that part counts as neither.
            inside = self.step.inside(presence.number)
            certain = inside == spans or self._timed
            spans = (*inside, (end, end))
        stretch = self._stretch(spans, presence.zone, certain=certain)
        stay, over = lived(self.step.vehicle, stay, stretch)
        ended += over
        return seen(stay, self.observation, presence)

    def _entered(self, presence: Presence, ended: list[Visit]) -> Stay:
        """Begin at the last crossing in, or here where none is known."""
        end = self.step.here.at_ms
        span = (end, end)
        if self.step.joined:
            spans = self.step.inside(presence.number)
            if spans and spans[-1][1] == end and spans[-1][0] > self.step.start_ms:
                span = spans[-1]
        stretch = self._stretch((span,), presence.zone, certain=presence.sure and self._timed)
        stay, over = lived(self.step.vehicle, self._opened(presence, span[0]), stretch)
        ended += over
        return seen(stay, self.observation, presence)

    def _left(self, stay: Stay, ended: list[Visit]) -> None:
        """End at the crossing out, or at the last fix inside where none is known."""
        number = self.rulebook.numbers.get((stay.zone, stay.zone_version))
        if number is not None:
            spans = self.step.inside(number)
            if spans and spans[0][0] == stay.until_ms and spans[-1][1] < self.step.here.at_ms:
                zone = self.rulebook.zones[number]
                stretch = self._stretch(spans, zone, certain=stay.sure and self._timed)
                stay, over = lived(self.step.vehicle, stay, stretch)
                ended += over
        ended.append(visit(self.step.vehicle, stay))

    def _passed(self, presence: Presence, ended: list[Visit]) -> None:
        """Make a visit of a passage between two fixes outside."""
        spans = self.step.inside(presence.number)
        stay = permitted(self._opened(presence, spans[0][0]), presence)
        certain = presence.sure and self._timed
        stretch = self._stretch(spans, presence.zone, certain=certain)
        stay, over = lived(self.step.vehicle, stay, stretch)
        ended += over
        ended.append(visit(self.step.vehicle, replace(stay, last_observation=self.observation)))

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
