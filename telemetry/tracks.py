"""Where does each vehicle stand, and which visits has it just ended?

Between two fixes the vehicle did not vanish: crossings are found on the way between them. The
first fix inside a zone is an entry; a gap longer than two minutes ends every stay at the last fix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from permits.parties import OperatorId, VehicleId
from telemetry.model import Observations, VehicleKey, Verdicts, Visit
from telemetry.moves import Move
from telemetry.passages import passages, presences
from telemetry.rulebook import Rulebook
from telemetry.stays import Stay, visit
from telemetry.steps import GAP_MS, Place, steps


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vehicle was last, when that was and when it was heard, and the zones it is in."""

    operator: OperatorId
    vehicle: VehicleId
    at_ms: int
    heard_ms: int
    lon: float
    lat: float
    layer: int
    observation: int
    silent: bool = False
    stays: tuple[Stay, ...] = ()

    @property
    def place(self) -> Place:
        """Return where the vehicle was last."""
        return Place(self.at_ms, self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The tracks that changed, the visits that ended, and the vehicles that fell silent."""

    tracks: dict[VehicleKey, Track]
    visits: tuple[Visit, ...]
    silent: tuple[VehicleKey, ...] = ()


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
    ways = steps({key: track.place for key, track in latest.items()}, batch, rulebook)
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


def silence(tracks: Mapping[VehicleKey, Track], now: datetime, rulebook: Rulebook) -> Advanced:
    """End the stays of vehicles unheard for too long, and name those whose permit is running.

    Unheard is told by our clock, not the vehicle's: a late batch is no silence.
    """
    now_ms = round(now.timestamp() * 1000)
    quiet = {
        key: track
        for key, track in tracks.items()
        if not track.silent and now_ms - track.heard_ms > GAP_MS
    }
    return Advanced(
        tracks={key: replace(track, silent=True, stays=()) for key, track in quiet.items()},
        visits=tuple(visit(key, stay) for key, track in quiet.items() for stay in track.stays),
        silent=tuple(
            key for key, track in quiet.items() if rulebook.permit_at(key, (track.at_ms, now_ms))
        ),
    )


def to_json(track: Track) -> str:
    """Write a track down."""
    return msgspec.json.encode(track).decode()


def from_json(text: str | bytes) -> Track:
    """Read a track as `to_json` wrote it."""
    return msgspec.json.decode(text, type=Track)
