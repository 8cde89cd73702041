"""Over a real broker: sent is stored, duplicates, refused and quarantined to the last one."""

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import cbor2
from psycopg_pool import ConnectionPool

from octroi.client import Sender
from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto
from octroi.receipted import Tally
from telemetry.broker import Ingest
from tests.telemetry.city_builders import LAT, LON
from tests.telemetry.intake import NOON_MS, Desk, position
from tests.telemetry.remote_id import BASIC, location, pack
from tests.telemetry.test_broker import PASSWORD, PATIENCE_S
from tests.telemetry.test_formats_track_json import BROKEN, FLIGHTS, changed
from tests.telemetry.test_mixed_stream import YEAR_2099_MS, ais

SUBTITLES = (Path(__file__).parents[1] / "data" / "srt" / "broken_incomplete.SRT").read_bytes()
WRONG_FLIGHTS = [json.dumps(changed(FLIGHTS, each)).encode() for each in BROKEN.values()]
OWN = "octroi/v1/ailes/drone-1"
GOOD = json.dumps([position(1), position(2)]).encode()


def said(*positions: object) -> bytes:
    return json.dumps(list(positions)).encode()


NAMELESS = said({"at": NOON_MS + 500, "lon": LON, "lat": LAT})


# What is sent, how many positions that is, and what becomes of them.
OPERATOR = (
    (f"{OWN}/position", GOOD, 2, "stored"),
    # The same again is no news, with a number or without, stored or not; other content under the
    # same numbers is not believed.
    (f"{OWN}/position", GOOD, 2, "duplicates"),
    (f"{OWN}/position", NAMELESS, 1, "stored"),
    (f"{OWN}/position", NAMELESS, 1, "duplicates"),
    (f"{OWN}/position", said(position(12, lat=91)), 1, "refused"),
    (f"{OWN}/position", said(position(12, lat=91)), 1, "duplicates"),
    (f"{OWN}/position", said(position(1, lon=LON + 1)), 1, "quarantined"),
    (f"{OWN}/position", said(position(3, at=0), position(4, at=YEAR_2099_MS)), 2, "quarantined"),
    (f"{OWN}/position", said(position(5, lat=91), position(6, lon="x"), None), 3, "refused"),
    (f"{OWN}/position", b"", 1, "refused"),
    (f"{OWN}/position", b'[{"at":', 1, "refused"),
    # Lengths that nothing follows.
    (f"{OWN}/position.msgpack", b"\xdd\xff\xff\xff\xff", 1, "refused"),
    (f"{OWN}/position.cbor", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 1, "refused"),
    (f"{OWN}/position.cbor", cbor2.dumps(position(7, h_acc=-1)), 1, "refused"),
    (f"{OWN}/remote-id", b"\xf2\x19\xff" + bytes(25), 1, "refused"),
    (f"{OWN}/nmea", b"!AIVDM,1,1,,A,broken*00", 1, "refused"),
    # What belongs into files: subtitles of a drone, and flights of network Remote ID, wrong ones.
    (f"{OWN}/position", SUBTITLES, 1, "refused"),
    *((f"{OWN}/position", flight, 1, "refused") for flight in WRONG_FLIGHTS),
    # Nobody's, and somebody else's by what is said in it.
    ("octroi/v1/ailes/drone-9/position", said(position(8)), 1, "refused"),
    ("octroi/v1/ailes/boat-1/nmea", ais(1, mmsi=227000009).encode(), 1, "refused"),
    # Where the broker lets nobody of this name write.
    ("octroi/v1/volt/drone-1/position", said(position(9)), 1, "refused"),
    ("octroi/v1/ailes/drone-1/where", said(position(10)), 1, "refused"),
    (f"{OWN}/position", said(position(11)), 1, "stored"),
)
RECEIVER = (
    ("octroi/v1/receiver-1/remote-id", pack(BASIC, location(lat=0, lon=0)), 1, "refused"),
    ("octroi/v1/receiver-1/remote-id", pack(BASIC, location())[:-1], 1, "refused"),
    ("octroi/v1/receiver-1/nmea", f"{ais(1)[:-1]}Z\nhello\n{ais(2)}".encode(), 3, "mixed"),
)
STOPPED_BY_THE_BROKER = 2
# What may become of a position, and the table that keeps it.
FATES = {
    "stored": "observation",
    "duplicates": "",
    "refused": "refusal",
    "quarantined": "quarantine",
}
REFUSED = "SELECT reason FROM telemetry.refusal"
# What the reasons begin with: what is wrong.
WRONG = {
    "at": len(WRONG_FLIGHTS),
    "h_acc": 1,
    "lat": 2,
    "lon": 1,
    "lon/lat": 1,
    "mmsi": 1,
    "pack": 2,
    "payload": 6,
    "sentence": 3,
    "vehicle": 1,
}


def expected() -> Counter[str]:
    """Return how many positions come to what; of the mixed message one can be read."""
    fates = Counter[str]({"stored": 1, "refused": 2 - STOPPED_BY_THE_BROKER})
    for _, _, positions, fate in (*OPERATOR, *RECEIVER):
        fates[fate] += positions
    del fates["mixed"]
    return fates


def sent(url: str, user: str, messages: Sequence[tuple[str, bytes, int, str]]) -> Tally:
    """Send messages one by one: of two that contradict each other the first counts."""
    address = f"mqtt://127.0.0.1:{urlsplit(url).port}"
    with Sender(address, user=user, key=PASSWORD, version="5", resend_after_s=PATIENCE_S) as sender:
        for topic, payload, _, _ in messages:
            sender.send(topic, payload)
            assert sender.settle(PATIENCE_S)
        return sender.tally


def test_bad_input_of_every_kind_is_accounted_for_and_stops_nothing(
    mosquitto: Mosquitto, pool: ConnectionPool
) -> None:
    mosquitto.set_users({"ailes": digest(PASSWORD), "receiver-1": digest(PASSWORD)})
    desk, fates = Desk(pool), expected()
    pipeline = desk.pipeline()
    ingest = Ingest(mosquitto.url, pipeline, lambda: desk.now, client_id=uuid.uuid4().hex)
    # Nothing stays behind at the broker, which other tests share.
    desk.outlet = lambda topic, payload, _retain: ingest.publish(topic, payload)

    assert ingest.start(PATIENCE_S)
    try:
        tallies = [
            sent(mosquitto.url, "ailes", OPERATOR),
            sent(mosquitto.url, "receiver-1", RECEIVER),
        ]
    finally:
        ingest.stop()

    counts = pipeline.counters.counts
    assert {name: getattr(counts, name) for name in FATES} == fates
    assert counts.received == counts.stored + counts.refused + counts.quarantined
    sent_positions = sum(positions for _, _, positions, _ in (*OPERATOR, *RECEIVER))
    assert sent_positions == counts.received + counts.duplicates + STOPPED_BY_THE_BROKER
    # Its sender is told of a duplicate what became of the first.
    assert all(each.sent == each.stored + each.refused + each.quarantined for each in tallies)
    kept = {name: desk.count(table) for name, table in FATES.items() if table}
    assert kept == {name: fates[name] for name in kept}
    assert Counter(why.partition(":")[0] for (why,) in desk.rows(REFUSED)) == WRONG
    reasons = desk.rows("SELECT reason FROM telemetry.quarantine ORDER BY 1")
    assert [reason for (reason,) in reasons] == [
        "at: ahead of the time it was received",
        "at: longer ago than positions may come late",
        "seq: the same boot and seq came before with other content",
    ]
