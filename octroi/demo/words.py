"""In which words does each vehicle, or the receiver that hears it, tell the city where it is?"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
from pyais.encode import encode_dict

from octroi.demo.crews import Character, Voice
from octroi.demo.remote_id import Broadcast, pack
from octroi.demo.sightings import Sightings
from zones.model import HeightReference, Layer

PREFIX = "octroi/v1"
KNOT_MPS = 1852.0 / 3600.0
NO_HEADING, NO_COURSE = 511, 360.0
# What a receiver without corrections says in Paris: some 35 m of ground above the sea, and the
# geoid 44.6 m above the ellipsoid.
GROUND_WGS84_M = 35.0 + 44.6
ANTENNA_M = 2.0


def topic(character: Character) -> str:
    """Return where a vehicle's reports go: under its operator, or under the receiver's name."""
    vehicle = character.vehicle
    heard = character.sender != vehicle.operator
    middle = character.sender if heard else f"{vehicle.operator}/{vehicle.id}"
    return f"{PREFIX}/{middle}/{character.voice.value}"


def payloads(character: Character, seen: Sightings, boot: int) -> Iterator[tuple[int, bytes]]:
    """Yield each report's instant and its bytes."""
    for row in range(len(seen.seq)):
        yield int(seen.at_ms[row]), _VOICES[character.voice](character, seen, row, boot)


def _json(character: Character, seen: Sightings, row: int, boot: int) -> bytes:
    report: dict[str, float | int | str] = {
        "at": int(seen.at_ms[row]),
        "lon": float(seen.lon[row]),
        "lat": float(seen.lat[row]),
        **_altitude(character, float(seen.height_m[row])),
        "h_acc": character.h_acc_m,
        "v_acc": character.v_acc_m,
        "speed": float(seen.speed_mps[row]),
        "boot": boot,
        "seq": int(seen.seq[row]),
    }
    if not np.isnan(seen.heading_deg[row]):
        report["heading"] = float(seen.heading_deg[row])
    return json.dumps(report, separators=(",", ":")).encode()


def _altitude(character: Character, height_m: float) -> dict[str, float | str]:
    """Say heights above ground where they matter, and what a plain receiver says elsewhere."""
    if character.vehicle.layer in {Layer.AIR, Layer.SUBSOIL}:
        return {"alt": height_m, "alt_ref": HeightReference.AGL.value}
    return {"alt": GROUND_WGS84_M + ANTENNA_M, "alt_ref": HeightReference.WGS84.value}


def _ais(character: Character, seen: Sightings, row: int, _boot: int) -> bytes:
    """Write an AIS position report, stamped by its receiver: AIS itself knows only the second."""
    at_s = int(seen.at_ms[row]) // 1000
    course = float(seen.heading_deg[row])
    report: dict[str, str | int | float | bytes | bool] = {
        "type": 1,
        "mmsi": character.vehicle.mmsi or 0,
        "status": 0,
        "speed": round(float(seen.speed_mps[row]) / KNOT_MPS, 1),
        "accuracy": True,
        "lon": float(seen.lon[row]),
        "lat": float(seen.lat[row]),
        "course": NO_COURSE if np.isnan(course) else course,
        "heading": NO_HEADING,
        "second": at_s % 60,
    }
    (sentence,) = encode_dict(report, talker_id="AI", sentence_type="VDM")
    tag = f"s:{character.sender},c:{at_s}"
    return f"\\{tag}*{_checksum(tag)}\\{sentence}\r\n".encode("ascii")


def _checksum(text: str) -> str:
    total = 0
    for letter in text.encode("ascii"):
        total ^= letter
    return f"{total:02X}"


def _remote_id(character: Character, seen: Sightings, row: int, _boot: int) -> bytes:
    heading = float(seen.heading_deg[row])
    height = float(seen.height_m[row])
    return pack(
        Broadcast(
            serial=character.vehicle.serial or "",
            at=datetime.fromtimestamp(int(seen.at_ms[row]) / 1000.0, UTC),
            lon=float(seen.lon[row]),
            lat=float(seen.lat[row]),
            altitude_m=GROUND_WGS84_M + height,
            height_m=height,
            speed_mps=float(seen.speed_mps[row]),
            heading_deg=0.0 if np.isnan(heading) else heading,
            pilot_lon=float(seen.lon[row]) + 0.001,
            pilot_lat=float(seen.lat[row]),
        )
    )


_VOICES: dict[Voice, Callable[[Character, Sightings, int, int], bytes]] = {
    Voice.JSON: _json,
    Voice.AIS: _ais,
    Voice.REMOTE_ID: _remote_id,
}
