"""The measurement of taking in sends what it says, and misses nothing that is lost."""

import json

from bench.telemetry.flying import SLOTS_A_SECOND, Flight, Job, Sends
from bench.telemetry.matching import Heard, Matched
from telemetry.formats import octroi_json
from telemetry.intake.bulk import delivered, packets
from tests.telemetry.intake import NOON_MS

POSTS = ((2.30, 48.85), (2.31, 48.85), (2.32, 48.85))


def job(each: int) -> Job:
    fleets = [
        Sends(operator=name, key="k", posts=POSTS, strays=POSTS[:1], first_stray=4)
        for name in ("ailes", "volt")
    ]
    return Job(
        port=0,
        fleets=fleets,
        rate=20.0 * each,
        each=each,
        warm_up_s=1.0,
        seconds=2.0,
        first_seq=1000,
    )


def sent(flown: Flight) -> list[tuple[int, int, str, list[tuple[int, int]]]]:
    """Return slot, fleet, vehicle, and instants and numbers of each message."""
    found = []
    for slot, pieces in enumerate(flown.slots):
        for fleet, piece in enumerate(pieces):
            for kind, body in packets(piece)[0]:
                told = delivered(kind, body)
                positions = octroi_json.positions(told.payload) or []
                names = [(int(one.at), one.seq or 0) for one in positions]
                found.append((slot, fleet, told.topic.split("/")[3], names))
    return found


def test_every_message_leaves_when_it_is_due_with_positions_up_to_that_instant() -> None:
    flown = Flight(job(5), NOON_MS)

    messages = sent(flown)

    drones = [one for one in messages if one[2].startswith("drone")]
    assert len(drones) == 60
    assert len(messages) == 62
    for slot, fleet, vehicle, positions in drones:
        turn = (positions[0][1] - 1000) // 5
        due = flown.due[fleet][int(vehicle.removeprefix("drone-")), turn]
        assert due == slot / SLOTS_A_SECOND
        assert positions[-1][0] == NOON_MS + slot * 1000 // SLOTS_A_SECOND
        assert [seq for _, seq in positions] == list(range(1000 + turn * 5, 1005 + turn * 5))
    names = {(fleet, vehicle, seq) for _, fleet, vehicle, ps in drones for _, seq in ps}
    assert len(names) == 300


def receipt(fleet: int, vehicle: str, first: int, last: int, stamp: float) -> Heard:
    told = [{"vehicle": vehicle, "boot": "1", "stored": [[first, last]]}]
    return Heard(stamp, fleet, "octroi/v1/ailes/receipt", json.dumps(told).encode())


def test_what_nobody_was_told_of_is_lost_and_only_what_came_after_the_warm_up_is_timed() -> None:
    flown = Flight(job(5), NOON_MS)
    matched = Matched(flown.told, 100.0)
    messages = [one for one in sent(flown) if one[2].startswith("drone")]

    for slot, fleet, vehicle, positions in messages[:-1]:
        due = 100.0 + slot / SLOTS_A_SECOND
        for _ in range(2):  # told twice is told once
            matched.take(receipt(fleet, vehicle, positions[0][1], positions[-1][1], due + 0.004))
    matched.take(receipt(0, "stray-00004", 1000, 1000, 101.0))
    alert = json.dumps({"vehicle": "stray-00004", "state": "open"}).encode()
    matched.take(Heard(101.0, 0, "octroi/v1/ailes/stray-00004/alert", alert))
    matched.take(Heard(101.0, 0, "octroi/v1/ailes/stray-00001/alert", b""))

    found = matched.found([0.0])
    assert (found.sent, found.unreceipted, found.strayed, found.unalerted) == (302, 6, 2, 1)
    assert [round(each, 3) for each in found.receipts_ms] == [4.0] * 5
