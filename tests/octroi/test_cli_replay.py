"""A recorded track is sent again until all of it is receipted, whatever the broker does."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner, Result

from octroi.cli import application
from octroi.cli.replay_captures import captured, moved
from octroi.cli.replay_entries import Entry, Survey, in_order, overheard, survey
from octroi.cli.replay_pace import Pace, messages, shift_ms, speed_of
from octroi.embedded.access import digest
from octroi.embedded.directory import DataDirectory, claimed
from octroi.embedded.mosquitto import Mosquitto, mosquitto_program
from octroi.embedded.rumqttd import Rumqttd
from telemetry.broker import Ingest
from telemetry.formats import remote_id
from tests.telemetry.city_builders import LAT, LON, NOON
from tests.telemetry.intake import Desk

DATA = Path(__file__).parents[1] / "data"
KEY = "a key of the test's own"
HEADER = "vehicle,at,lon,lat,h_acc,v_acc,alt,alt_ref,speed,heading"


def run(*words: object) -> Result:
    return CliRunner().invoke(application(["replay"]), ["replay", *map(str, words)])


def track(place: Path, count: int, vehicle: str = "drone-1") -> Path:
    file = place / "track.csv"
    begun = NOON - timedelta(seconds=count)
    instants = [(begun + timedelta(seconds=n)).isoformat() for n in range(count)]
    rows = [
        f"{vehicle},{at},{LON + n * 1e-6},{LAT},3,5,50,AGL,4.5,90" for n, at in enumerate(instants)
    ]
    file.write_text("\n".join([HEADER, *rows, ""]))
    return file


@contextmanager
def ingesting(url: str, desk: Desk) -> Iterator[Ingest]:
    ingest = Ingest(url, desk.pipeline(), lambda: datetime.now(UTC), client_id="octroi-replay")  # noqa: TID251 - the shell's clock
    desk.outlet = ingest.publish
    assert ingest.start(15)
    try:
        yield ingest
    finally:
        ingest.stop()


@pytest.fixture
def address(mosquitto: Mosquitto) -> str:
    mosquitto.set_users({"ailes": digest(KEY), "receiver-1": digest(KEY)})
    return f"mqtt://{mosquitto.url.rpartition('@')[2]}"


def test_a_track_is_sent_numbered_and_receipted_and_the_same_again_is_no_news(
    address: str, mosquitto: Mosquitto, pool: ConnectionPool, tmp_path: Path
) -> None:
    file, desk = track(tmp_path, 120), Desk(pool)
    asked = (file, "--operator", "ailes", "--key", KEY, "--host", address[7:], "--speed", "max")
    with ingesting(mosquitto.url, desk):
        first, second = run(*asked), run(*asked)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "sent 120, stored 120, refused 0, quarantined 0" in first.output
    assert "sent 120, stored 120" in second.output
    assert desk.count("observation") == 120
    speeds = desk.rows("SELECT DISTINCT speed_mps, heading_deg FROM telemetry.observation")
    assert speeds == [(4.5, 90.0)]


def test_what_is_refused_or_quarantined_is_told_by_reason_and_in_the_exit_code(
    address: str, mosquitto: Mosquitto, pool: ConnectionPool, tmp_path: Path
) -> None:
    file, desk = track(tmp_path, 4, vehicle="nobodys"), Desk(pool)
    rows = (
        file.read_text().replace("nobodys,", "drone-1,", 3).replace("2026-06-10", "2025-06-10", 1)
    )
    file.write_text(rows)
    with ingesting(mosquitto.url, desk):
        result = run(
            file, "--operator", "ailes", "--key", KEY, "--mqtt-url", address, "--speed", "max"
        )
    assert result.exit_code == 1
    assert "sent 4, stored 2, refused 1, quarantined 1" in result.output
    assert "refused 1: vehicle: 'nobodys' is not registered for ailes" in result.output
    assert "quarantined 1: at: longer ago than positions may come late" in result.output


@pytest.mark.slow
def test_a_broker_killed_in_the_middle_loses_nothing(pool: ConnectionPool, tmp_path: Path) -> None:
    program, desk = mosquitto_program(), Desk(pool)
    assert program is not None
    (tmp_path / "city").mkdir()
    file, results = track(tmp_path, 600), list[Result]()
    with claimed(tmp_path / "city") as directory, Mosquitto(directory, program) as broker:
        broker.set_users({"ailes": digest(KEY)})
        url = broker.url
        words = (file, "--operator", "ailes", "--key", KEY, "--host", url.rpartition("@")[2])
        with ingesting(url, desk):
            replaying = threading.Thread(
                target=lambda: results.append(run(*words, "--speed", "300", "--batch", "1"))
            )
            replaying.start()
            while desk.count("observation") < 100:
                time.sleep(0.02)
            killed(directory)
            stored_then = desk.count("observation")
            with Mosquitto(directory, program):
                replaying.join(60)
    assert stored_then < 600
    assert results[0].exit_code == 0, results[0].output
    assert "sent 600, stored 600, refused 0, quarantined 0" in results[0].output
    found = desk.rows("SELECT seq FROM telemetry.observation ORDER BY seq")
    assert found == [(number,) for number in range(1, 601)]


def killed(directory: DataDirectory) -> None:
    process = psutil.Process(int((directory.path / "broker" / "mosquitto.pid").read_text()))
    process.kill()
    process.wait(5)


def test_a_receivers_log_is_sent_as_it_was_heard_over_the_broker_of_the_wheel(
    iotcore_broker: Rumqttd, pool: ConnectionPool
) -> None:
    desk = Desk(pool)
    desk.now = datetime.now(UTC)  # noqa: TID251 - a log without times is of the present
    log = DATA / "ais" / "french_vessels_from_fid55.nmea"
    place = ("--sensor", "receiver-1", "--key", "any", "--host", iotcore_broker.url)
    with ingesting(iotcore_broker.url, desk):
        result = run(log, *place)
        capture = DATA / "remote-id" / "odid_wifi_bcn_sample.pcap"
        aloft = run(capture, *place, "--shift-to-now", "--speed", "max")
    assert re.search(r"sent 38, stored 38, refused 0", result.output), result.output
    assert desk.count("observation") > 0
    assert aloft.exit_code == 0, aloft.output
    heard = desk.rows(
        "SELECT DISTINCT vehicle FROM telemetry.observation WHERE vehicle LIKE 'serial-%'"
    )
    assert heard


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.csv", "--operator", "a"), "nowhere.csv: No such file or directory"),
        (("{track}", "--operator", "a", "--sensor", "b"), "either --operator or --sensor"),
        (("{track}",), "either --operator or --sensor"),
        (("{track}", "--sensor", "b"), "neither NMEA 0183 / AIS nor a capture"),
        (("{track}", "--sensor", "b", "--vehicle", "c"), "--vehicle is for an operator"),
        (("{track}", "--operator", "a"), "--key is missing"),
        (("{track}", "--operator", "a", "--speed", "fast"), "--speed fast is neither a number"),
        (
            ("{track}", "--operator", "a", "--key", "k", "--host", "ftp://b"),
            "no address of a broker",
        ),
        (("{directory}", "--operator", "a"), "is no file"),
        (
            (str(DATA / "srt" / "p4_rtk.SRT"), "--operator", "a"),
            "it has no time; --shift-to-now takes its positions as one second apart",
        ),
    ],
)
def test_what_cannot_be_sent_is_said_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    file = track(tmp_path, 2)
    result = run(*(word.format(track=file, directory=tmp_path) for word in words))
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")


def test_without_an_octroi_on_this_machine_the_broker_has_to_be_named(tmp_path: Path) -> None:
    file = track(tmp_path, 2)
    result = run(file, "--operator", "a", "--key", "k", "--data-dir", tmp_path / "none")
    assert result.exit_code == 1
    assert "name its broker with --mqtt-url" in result.output


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(tmp_path: Path) -> None:
    file = track(tmp_path, 61)
    file.write_text(f"{file.read_text()}drone-1,never,2,48,,,,,,\n")
    result = run(file, "--operator", "a", "--vehicle", "v-9", "--speed", "10", "--dry-run")
    assert result.exit_code == 0
    assert "would send 61 positions on octroi/v1/a/v-9/position" in result.output
    assert (
        "from 2026-06-10T11:58:59+00:00 to 2026-06-10T11:59:59+00:00; takes 0:00:06"
        in result.output
    )
    assert "not sent 1: at 'never' is neither ISO 8601" in result.output


@settings(max_examples=40)
@given(
    instants=st.lists(st.integers(1_000, 10_000_000), min_size=1, max_size=50),
    speed=st.floats(0.1, 1_000),
)
def test_moved_to_the_present_nothing_is_ahead_of_its_sending(
    instants: list[int], speed: float
) -> None:
    instants.sort()
    found = survey(entry(each) for each in instants)
    shift = shift_ms(found, speed, now_ms=50_000_000)
    for at_ms in instants:
        sent_ms = 50_000_000 + (at_ms - instants[0]) / speed
        assert at_ms + shift <= sent_ms + 1


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 100_000), st.sampled_from("abc")), max_size=200))
def test_everything_is_sent_once_and_a_vehicles_positions_in_order(
    given_: list[tuple[int, str]],
) -> None:
    entries = [entry(at_ms, topic) for at_ms, topic in given_]
    found = survey(entries)
    pace = Pace(speed=speed_of("max"), shift_ms=7, first_ms=found.first_ms)
    sent = list(messages(in_order(entries, ordered=found.ordered), pace, 5, lambda _wait: None))
    for topic in "abc":
        told = [int(each) for named, group in sent if named == topic for each in group]
        assert told == sorted(at_ms + 7 for at_ms, named in given_ if named == topic)
    assert all(len(group) <= 5 for _, group in sent)


def test_played_at_a_speed_each_waits_for_its_turn() -> None:
    found = Survey(first_ms=1_000)
    pace = Pace(speed=100.0, shift_ms=0, first_ms=found.first_ms)
    begun = time.monotonic()
    sent = messages([entry(1_000), entry(11_000), entry(11_000)], pace, 50, time.sleep)
    assert [len(group) for _, group in sent] == [1, 2]
    assert time.monotonic() - begun >= 0.1


def test_the_parts_of_an_ais_message_stay_together_and_their_time_is_moved(tmp_path: Path) -> None:
    lines = (DATA / "ais" / "pyais_test_sentences.nmea").read_text().splitlines()
    parts = [line for line in lines if re.match(r"!AIVDM,2,[12],", line)][:2]
    log = tmp_path / "log.nmea"
    log.write_text(
        "\n".join(f"\\s:rx,c:1600000000*{check('s:rx,c:1600000000')}\\{p}" for p in parts)
    )
    (found,) = overheard(log, "rx")
    assert isinstance(found, Entry)
    assert (found.at_ms, found.topic) == (1_600_000_000_000, "octroi/v1/rx/nmea")
    later = found.write(5_000).decode().splitlines()
    assert later == [f"\\s:rx,c:1600000005*{check('s:rx,c:1600000005')}\\{p}" for p in parts]


def test_a_captured_pack_is_moved_by_its_own_time_only() -> None:
    packs = list(captured(DATA / "remote-id" / "odid_wifi_bcn_sample.pcap"))
    assert len(packs) == 21
    first = packs[0]
    before, _ = remote_id.read(first.payload, received_at_ms=first.at_ms)
    later_ms = 86_400_000 + 1_000
    assert moved(first.payload, first.at_ms, 0) == first.payload
    after, _ = remote_id.read(
        moved(first.payload, first.at_ms, later_ms), received_at_ms=first.at_ms + later_ms
    )
    assert [each.lon for each in after] == [each.lon for each in before]
    # Its clock was ahead of whoever heard it, by minutes; that is not carried to the present.
    assert after[0].at_ms == pytest.approx(first.at_ms + later_ms, abs=100)


def check(text: str) -> str:
    return f"{reduce(xor, text.encode(), 0):02X}"


def entry(at_ms: int, topic: str = "a") -> Entry:
    return Entry(at_ms, topic, lambda shift: json.dumps(at_ms + shift).encode())
