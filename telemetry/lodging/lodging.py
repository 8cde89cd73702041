"""What do a vehicle's stay in a zone, and the others inside, come to? Verdicts, and who is where.

Asked only where a zone says how long one stays, how many may be inside or enter within an hour, or
that nobody passes through. Only fixes that move a vehicle on count, in the order in which they
came. That a zone was passed through is a verdict on the first fix outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from telemetry.following.stays import instant
from telemetry.lodging.asking import (
    Moved,
    Passages,
    asked_of,
    binds,
    by_row,
    concerned,
    passages_of,
    unbound,
)
from telemetry.lodging.crowds import COMPLIANT, counted, crowded
from telemetry.lodging.findings import Exit, Finding, with_exits, written
from telemetry.lodging.lodgers import Entry, Lodgers, Lodging, Lodgings, Register
from telemetry.lodging.stays import (
    Look,
    Measured,
    entered,
    heard_within,
    passed_through,
    stayed,
    too_long,
)
from telemetry.model import Reason, VehicleKey, Verdicts, Visit
from telemetry.rulebook import Rulebook
from telemetry.terms import Terms
from zones.columns import HOUR_MS, Relation
from zones.model import ZoneId
from zones.time.schedule import in_force

INSIDE = int(Relation.INSIDE)
NOT_OF_TIME = float("nan")


class Lodged(NamedTuple):
    """The verdicts with what stays came to, and where those now are who moved."""

    verdicts: Verdicts
    changed: dict[VehicleKey, Lodgings]


def lodge(lodgers: Lodgers, moved: Moved, rulebook: Rulebook) -> Lodged:
    """Go on from who was where with a batch."""
    terms = rulebook.terms
    if terms is None:
        return Lodged(moved.verdicts, {})
    asked, passages = asked_of(moved, terms), passages_of(moved, terms, rulebook)
    rows = concerned(lodgers, moved, asked, passages)
    if not len(rows):
        return Lodged(moved.verdicts, {})
    desk = _Desk(
        moved=moved,
        rulebook=rulebook,
        terms=terms,
        register=Register(lodgers),
        present=by_row(moved.verdicts, asked, rulebook),
        passages=passages,
        free=unbound(moved, asked, terms, rulebook),
    )
    before = moved.before(moved.batch.vehicles)
    last = dict(enumerate(np.where(before["known"], before["at_ms"], -1).tolist()))
    columns = (rows, moved.batch.vehicle[rows], moved.batch.positions.at_ms[rows])
    for row, one, at_ms in zip(*(column.tolist() for column in columns), strict=True):
        desk.step(row, None if last[one] < 0 else last[one])
        last[one] = at_ms
    verdicts = written(moved.batch, moved.verdicts, desk.found, rulebook)
    return Lodged(with_exits(verdicts, desk.exits), desk.register.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A batch while it is gone through; `present` are the verdicts that are asked about, by row."""

    moved: Moved
    rulebook: Rulebook
    terms: Terms
    register: Register
    present: Mapping[int, Mapping[ZoneId, int]]
    passages: Passages
    free: frozenset[int]
    found: dict[Reason, list[Finding]] = field(default_factory=dict)
    exits: list[Exit] = field(default_factory=list)

    def step(self, row: int, before_ms: int | None) -> None:
        """Go on with one fix of a vehicle that was heard of before then, if ever."""
        batch = self.moved.batch
        vehicle = batch.vehicles[batch.vehicle.item(row)]
        at_ms, heard_ms = self._at_ms(row), heard_within(batch.positions.layer.item(row))
        if before_ms is not None and at_ms - before_ms > heard_ms:
            before_ms = None
        was, present = self.register.of(vehicle), self.present.get(row, {})
        staying = {each.zone: each for each in was.stays} if before_ms is not None else {}
        for zone, lodging in staying.items():
            if zone not in present:
                self._left(row, lodging)
        stays, entries = [], [each for each in was.entries if at_ms - each.surely_ms < HOUR_MS]
        for zone, verdict in present.items():
            look = self._look(row, verdict, before_ms)
            lodging = self._going_on(staying.get(zone), look)
            lodging = self._admitted(lodging, verdict, entries)
            self._ask(vehicle, lodging, verdict, at_ms - heard_ms)
            stays.append(lodging)
        for visit in self.passages.get(row, ()):
            if visit.zone not in {*present, *staying} and before_ms is not None:
                self._passed(row, visit, before_ms, entries)
        self.register.move(vehicle, Lodgings(stays=tuple(stays), entries=tuple(entries)))

    def _at_ms(self, row: int) -> int:
        return self.moved.batch.positions.at_ms.item(row)

    def _look(self, row: int, verdict: int, before_ms: int | None) -> Look:
        said = self.moved.verdicts
        zone, permit = self.rulebook.zones[said.zone.item(verdict)], said.permit.item(verdict)
        return Look(
            zone=zone.id,
            version=zone.version,
            at_ms=self._at_ms(row),
            before_ms=before_ms,
            sure=said.relation.item(verdict) == INSIDE,
            speed_mps=self.moved.batch.speed_mps.item(row),
            bound=verdict not in self.free,
            permit=self.rulebook.permits[permit].id if permit >= 0 else None,
        )

    def _going_on(self, lodging: Lodging | None, look: Look) -> Lodging:
        if lodging is not None:
            return stayed(lodging, look)
        # Who is there since the zone is in force did not come in.
        before_ms, number = look.before_ms, self.rulebook.numbers[look.zone, look.version]
        return entered(look, seen_outside=before_ms is not None and self._holds(number, before_ms))

    def _holds(self, number: int, at_ms: int) -> bool:
        """Tell whether a zone was in force."""
        index = self.rulebook.index
        zone = index.zones[number]
        if not zone.applicability:
            start, end = zone.valid.start, zone.valid.end
            at = instant(at_ms)
            return (start is None or start <= at) and (end is None or at < end)
        return bool(in_force(zone, np.array([at_ms]), switches=index.switches)[0])

    def _admitted(self, lodging: Lodging, verdict: int, entries: list[Entry]) -> Lodging:
        """Count an entry once it is sure."""
        most = self.terms.movements.item(self.moved.verdicts.zone.item(verdict))
        first_ms = lodging.surely_ms
        if first_ms is None or first_ms < lodging.last_ms or most == np.inf:
            return lodging
        crowd = self._counted(_entry(lodging, first_ms), most, entries)
        return replace(lodging, crowd=crowd)

    def _counted(self, entry: Entry, most: float, entries: list[Entry]) -> int:
        crowd = counted(self.register, entry, most)
        entries.append(entry)
        return crowd

    def _ask(self, vehicle: VehicleKey, lodging: Lodging, verdict: int, heard_ms: int) -> None:
        """Ask what being there comes to."""
        zone, terms = self.moved.verdicts.zone.item(verdict), self.terms
        if (most_s := terms.dwell_max_s.item(zone)) < np.inf:
            self._note(Reason.DWELL, verdict, too_long(lodging, most_s))
        if (most := terms.capacity.item(zone)) < np.inf:
            kind = crowded(self.register, vehicle, lodging, most, heard_ms)
            self._note(Reason.CAPACITY, verdict, Measured(kind, NOT_OF_TIME))
        self._note(Reason.MOVEMENTS, verdict, Measured(lodging.crowd, NOT_OF_TIME))

    def _note(self, reason: Reason, verdict: int, said: Measured) -> None:
        if said.kind != COMPLIANT:
            self.found.setdefault(reason, []).append(Finding(verdict, said))

    def _left(self, row: int, lodging: Lodging, crowd: int = COMPLIANT) -> None:
        """Judge a zone that was left: was it merely passed through, or entered as one too many?"""
        number = self.rulebook.numbers.get((lodging.zone, lodging.version))
        # A zone whose hours are over was not left.
        if number is None or not self._holds(number, self._at_ms(row)):
            return
        reason, said = Reason.MOVEMENTS, Measured(crowd, NOT_OF_TIME)
        if self.terms.closed[number]:
            least_s = self.terms.dwell_min_s.item(number)
            through = passed_through(lodging, self._at_ms(row), least_s)
            if through.kind != COMPLIANT:
                reason, said = Reason.TRANSIT, through
        if said.kind != COMPLIANT:
            permit = self.rulebook.permits.number_of(lodging.permit)
            self.exits.append(Exit(row, number, permit, reason, said))

    def _passed(self, row: int, visit: Visit, before_ms: int, entries: list[Entry]) -> None:
        """Judge a passage between two fixes outside."""
        number = self.rulebook.numbers[visit.zone, visit.zone_version]
        at_ms = self._at_ms(row)
        inside_ms = at_ms if visit.certain_ms else None
        lodging = Lodging(
            zone=visit.zone,
            version=visit.zone_version,
            since_ms=before_ms,
            last_ms=before_ms,
            surely_ms=inside_ms,
            seen_ms=inside_ms,
            entered=True,
            bound=binds(self.moved, row, number, visit, self.rulebook),
            permit=visit.permit,
        )
        crowd, most = COMPLIANT, self.terms.movements.item(number)
        if inside_ms is not None and most < np.inf:
            crowd = self._counted(_entry(lodging, inside_ms), most, entries)
        self._left(row, lodging, crowd)


def _entry(lodging: Lodging, surely_ms: int) -> Entry:
    return Entry(
        zone=lodging.zone, since_ms=lodging.since_ms, surely_ms=surely_ms, sure=lodging.entered
    )
