"""Where does each vehicle stand, and which visits has it just ended?

Between two fixes the vehicle did not vanish: crossings are found on the way between them. The
first fix inside a zone is an entry; a gap longer than two minutes ends every stay at the last fix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetry.following.fleet import Fleet
from telemetry.following.going import GAP_MS, STAYS_BEHIND, go
from telemetry.following.moves import Move
from telemetry.following.passages import Present, passages, presences
from telemetry.following.stands import NO_STAYS, Stand, Track
from telemetry.following.stays import visit
from telemetry.following.steps import NOTHING, Touches, Ways, touched, ways_to
from telemetry.model import Observations, VehicleKey, Verdicts, Visit
from telemetry.rulebook import Rulebook
from zones.columns import Indices, in_one_piece

NO_ONE: Present = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """Where the vehicles now stand that moved, and the visits that ended.

    `news` marks the fixes that moved a track.
    """

    stand: Stand
    visits: tuple[Visit, ...]
    news: NDArray[np.bool_]

    @property
    def tracks(self) -> dict[VehicleKey, Track]:
        """Return the tracks that changed."""
        return self.stand.tracks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advancing:
    """A batch on its way into a stand."""

    ways: Ways
    ids: NDArray[np.int64]
    verdicts: Verdicts
    begins: Indices
    touches: Mapping[int, Touches]
    passed: Mapping[int, Present]
    stand: Stand

    def begin_or_end(self, row: int) -> list[Visit]:
        """Do the step to a fix at which something begins or ends; return the visits that end."""
        batch, stand = self.ways.batch, self.stand
        at, one, observation = batch.positions, batch.vehicle.item(row), self.ids.item(row)
        verdicts = range(self.begins.item(row), self.begins.item(row + 1))
        _, _, before, *_, known = stand.moving[one].item()
        here, layer = self.ways.step(row, self.touches.get(row, NOTHING)), at.layer.item(row)
        move = Move(
            step=here,
            rulebook=stand.rulebook,
            layer=layer,
            observation=observation,
            previous=before if known else observation,
        )
        stays, ended = move.outcome(
            stand.stays(one),
            presences(self.verdicts, verdicts, stand.rulebook),
            self.passed.get(row, NO_ONE),
        )
        stand.moving[one] = (
            *(here.here.at_ms, batch.received_at_ms.item(row), observation),
            *(here.here.lon, here.here.lat, at.h_acc_m.item(row), 0, layer, False, True),
        )
        zone, permit = self.verdicts.zone, self.verdicts.permit
        stand.stay(one, stays, {zone.item(n): permit.item(n) for n in verdicts})
        return ended


def advance(
    fleet: Fleet,
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
    ids: NDArray[np.int64],
) -> Advanced:
    """Move the tracks on by a batch; a fix that is not the vehicle's newest moves nothing."""
    spanned = (ids.item(0), ids.item(-1)) if len(ids) else (0, 0)
    stand = fleet.of(batch.vehicles, rulebook, spanned)
    ways = ways_to(stand, batch, rulebook)
    begins = _begins(verdicts.observation, len(batch))
    touches = touched(ways, rulebook)
    passed = passages(ways, touches.through, verdicts, begins, rulebook)
    advancing = _Advancing(
        ways=ways,
        ids=ids,
        verdicts=verdicts,
        begins=begins,
        touches=touches.by_row,
        passed=passed,
        stand=stand,
    )
    visits = _advanced(advancing)
    moved = np.flatnonzero(ways.last >= 0)
    return Advanced(
        stand=stand if len(moved) == len(ways.last) else stand.take(moved),
        visits=tuple(visits),
        news=ways.how != STAYS_BEHIND,
    )


def _advanced(advancing: _Advancing) -> list[Visit]:
    """Go on row after row, in one compiled pass but where something begins or ends."""
    ways, verdicts, stand = advancing.ways, advancing.verdicts, advancing.stand
    batch, at, rows = ways.batch, ways.batch.positions, len(ways.batch)
    event = np.zeros(rows, bool)
    event[list(advancing.passed)] = True
    met = _begins(ways.met.way, rows)
    columns = (
        in_one_piece(batch.vehicle, np.int32),
        in_one_piece(at.at_ms, np.int64),
        in_one_piece(at.lon, np.float64),
        in_one_piece(at.lat, np.float64),
        in_one_piece(at.h_acc_m, np.float64),
        in_one_piece(at.layer, np.int8),
        in_one_piece(batch.received_at_ms, np.int64),
        in_one_piece(advancing.ids, np.int64),
        *(ways.how, ways.before_ms, ways.length_m, event),
        *(advancing.begins, verdicts.zone, verdicts.relation, verdicts.kind),
        *(verdicts.reason, verdicts.permit, met, ways.met.zone),
        *(stand.moving, stand.staying),
    )
    visits: list[Visit] = []
    row = go(0, *columns)
    while row < rows:
        visits += advancing.begin_or_end(row)
        row = go(row + 1, *columns)
    return visits


def _begins(owners: Indices, rows: int) -> Indices:
    """Return where what belongs to each row begins in a column ordered by rows, and the end."""
    begins = np.zeros(rows + 1, np.int32)
    if len(owners):
        np.cumsum(np.bincount(owners, minlength=rows), out=begins[1:])
    return begins


def silence(fleet: Fleet, now: datetime, rulebook: Rulebook, since_ms: int = 0) -> Advanced:
    """End the stays of vehicles unheard for too long, by who has listened since then.

    Unheard is told by our clock, not the vehicle's: a late batch is no silence. After a pause of
    ours all seem silent, until they had time to be heard again.
    """
    unheard_ms = round(now.timestamp() * 1000) - GAP_MS
    stand = fleet.unheard(unheard_ms if unheard_ms >= since_ms else 0, rulebook)
    visits = [
        visit(key, stay) for row, key in enumerate(stand.vehicles) for stay in stand.stays(row)
    ]
    stand.moving["silent"], stand.moving["stays"] = True, 0
    stand.begun[:] = [NO_STAYS] * len(stand.begun)
    return Advanced(stand=stand, visits=tuple(visits), news=np.zeros(0, bool))


def to_json(track: Track) -> str:
    """Write a track down."""
    return msgspec.json.encode(track).decode()


def from_json(text: str | bytes) -> Track:
    """Read a track as `to_json` wrote it."""
    return msgspec.json.decode(text, type=Track)
