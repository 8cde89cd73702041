"""What becomes of messages: stored once, judged, alerted, receipted; all or nothing."""

import json
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.messages import Incoming
from telemetry.model import Reason
from tests.telemetry.city_builders import LON, NOON
from tests.telemetry.intake import NOON_MS, Desk, message, position, seqs
from zones.model import Layer


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool)


def test_an_observation_is_stored_with_what_it_rests_on(desk: Desk) -> None:
    desk.pipeline().take([message(position(1, speed=5, heading=90))])

    assert desk.rows(
        "SELECT operator, vehicle, sender, layer, at, received_at, recorded_at, lon, alt_m,"
        " alt_ref, h_acc_m, speed_mps, heading_deg FROM telemetry.observation"
    ) == [
        (
            *("ailes", "drone-1", "ailes", Layer.AIR.code),
            *(NOON + timedelta(seconds=1), NOON + timedelta(seconds=60), desk.now),
            *(LON, 50.0, 1, 1.0, 5.0, 90.0),
        )
    ]
    assert desk.rows(
        "SELECT zone_id, zone_version, permit_id, reason, rulebook_version, o.id = observation_id"
        " FROM telemetry.each_verdict JOIN telemetry.observation o USING (at)"
    ) == [("forbidden", 1, None, Reason.PROHIBITED, 1, True)]


def test_a_message_delivered_twice_changes_nothing(desk: Desk) -> None:
    pipeline = desk.pipeline()
    first = pipeline.take([message(position(1), position(2))])
    before = [desk.count(table) for table in ("observation", "verdict", "alert", "visit")]

    again = pipeline.take([message(position(1), position(2)), message(position(2))])

    assert [desk.count(table) for table in ("observation", "verdict", "alert", "visit")] == before
    assert (first.counts.stored, again.counts.stored, again.counts.duplicates) == (2, 0, 3)
    assert again.counts.received == 0
    assert [entry["stored"] for entry in desk.receipts()] == [[[1, 2]], [[1, 2]]]


def test_the_same_name_with_other_content_is_quarantined_once(desk: Desk) -> None:
    pipeline = desk.pipeline()
    other = message(position(1, lon=LON + 1))

    pipeline.take([message(position(1)), other])
    pipeline.take([other])

    assert desk.count("observation") == desk.count("quarantine") == 1
    assert desk.rows("SELECT lon FROM telemetry.observation") == [(LON,)]
    assert "other content" in desk.receipts()[-1]["quarantined"][0]["reason"]
    assert pipeline.counters.counts.received == 2
    assert pipeline.counters.counts.duplicates == 1


@pytest.mark.parametrize("at", [0, NOON_MS + 66_000, "2099-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_is_quarantined(desk: Desk, at: object) -> None:
    outcome = desk.pipeline().take([message(position(1, at=at), position(2))])

    assert (outcome.counts.stored, outcome.counts.quarantined) == (1, 1)
    assert seqs(desk.rows("SELECT seq FROM telemetry.quarantine")) == [1]
    assert desk.receipts()[0]["quarantined"][0]["seq"] == 1


def test_what_is_refused_is_written_down_and_told(desk: Desk) -> None:
    pipeline = desk.pipeline()
    bad = Incoming(topic="octroi/v1/ailes/drone-1/position", payload=b"\0{", received_at_ms=NOON_MS)

    for _ in range(2):
        pipeline.take([bad, message(position(1, lat=91), position(2))])

    counts = pipeline.counters.counts
    assert (counts.received, counts.stored, counts.refused, counts.duplicates) == (3, 1, 2, 3)
    assert desk.count("refusal") == 2
    keyed = next(entry for entry in desk.receipts() if "keys" in entry)
    assert keyed["refused"][0]["key"] == keyed["keys"][0]


def test_a_violation_alerts_its_operator_and_those_who_watch(desk: Desk) -> None:
    desk.pipeline().take([message(position(1), position(2))])

    (alert,) = [one for one in desk.published if one.topic.endswith("/alert")]
    told = json.loads(alert.payload)
    assert alert.topic == "octroi/v1/ailes/drone-1/alert"
    assert alert.retain
    assert (told["reason"], told["zone"], told["state"]) == ("prohibited", "forbidden", "open")
    assert set(told["text"]) == {"fr", "en"}
    assert desk.lived[0].alerts[0].vehicle.vehicle == "drone-1"
    assert desk.rows("SELECT state, count FROM telemetry.alert") == [("open", 1)]
    assert desk.rows("SELECT by, state FROM telemetry.alert_event") == [("octroi", "open")]


def test_what_a_human_made_of_an_alert_stays_until_the_situation_ends(desk: Desk) -> None:
    pipeline = desk.pipeline()
    pipeline.take([message(position(1))])
    with desk.pool.connection() as connection:
        connection.execute("UPDATE telemetry.alert SET state = 'assigned', assignee = 'Anne'")

    pipeline.take([message(position(10))])
    assert desk.rows("SELECT state, assignee, count FROM telemetry.alert") == [
        ("assigned", "Anne", 2)
    ]

    pipeline.take([message(*(position(n, lon=LON + 0.1) for n in range(20, 50, 5)))])
    assert desk.rows("SELECT state, assignee FROM telemetry.alert") == [("closed", "Anne")]
    assert desk.rows("SELECT state FROM telemetry.alert_event ORDER BY id") == [
        ("open",),
        ("closed",),
    ]


def test_old_observations_are_history_and_alert_nobody(desk: Desk) -> None:
    desk.now = NOON + timedelta(days=20)

    outcome = desk.pipeline().take([message(position(1), position(2))])

    assert outcome.counts.stored == 2
    assert desk.count("each_verdict") == 2
    assert desk.count("alert") == 0
    assert desk.lived == []


def test_of_a_batch_only_what_is_fresh_is_shown_live(desk: Desk) -> None:
    old = position(1, at=NOON_MS - 700_000)

    desk.pipeline().take([message(old, position(2, lon=LON + 0.002), position(3))])

    (live,) = desk.lived
    assert len(live.observations) == len(live.ids) == 2
    assert live.observations.positions.at_ms.tolist() == [NOON_MS + 2000, NOON_MS + 3000]
    assert live.verdicts.observation.tolist() == [1]
    assert desk.count("each_verdict") == 2


def test_a_late_observation_is_stored_and_judged_but_moves_no_track(desk: Desk) -> None:
    pipeline = desk.pipeline()
    pipeline.take([message(position(30))])
    track = desk.rows("SELECT track FROM telemetry.track")

    pipeline.take([message(position(10))])

    assert desk.rows("SELECT track FROM telemetry.track") == track
    assert desk.count("observation") == desk.count("each_verdict") == 2


def test_a_visit_survives_a_restart_in_its_middle(desk: Desk) -> None:
    desk.pipeline().take([message(position(1), position(2))])

    desk.pipeline().take([message(position(3), position(4, lon=LON + 0.002))])

    (visit,) = desk.rows(
        "SELECT zone_id, observations, extract(epoch FROM left_at - entered_at)::float8,"
        " first_observation = (SELECT id FROM telemetry.observation ORDER BY at LIMIT 1)"
        " FROM telemetry.visit"
    )
    assert visit[:2] == ("forbidden", 3)
    assert 2 < visit[2] < 3
    assert visit[3]


def test_a_vehicle_unheard_ends_its_stay(desk: Desk) -> None:
    pipeline = desk.pipeline()
    pipeline.take([message(position(1), position(2))])
    pipeline.tend()
    assert desk.count("visit") == 0

    desk.now += timedelta(seconds=130)
    pipeline.tend()
    pipeline.tend()

    assert desk.count("visit") == 1


def test_after_a_pause_of_ours_nobody_is_silent_yet(desk: Desk) -> None:
    desk.pipeline().take([message(position(1))])

    desk.now += timedelta(hours=1)
    desk.pipeline().tend()

    assert desk.count("visit") == 0


def test_a_transaction_that_fails_changes_nothing_and_can_be_repeated(desk: Desk) -> None:
    pipeline = desk.pipeline()
    with desk.pool.connection() as connection:
        connection.execute("ALTER TABLE telemetry.track RENAME TO away")

    with pytest.raises(psycopg.Error):
        pipeline.take([message(position(1))])
    assert desk.published == []
    with desk.pool.connection() as connection:
        connection.execute("ALTER TABLE telemetry.away RENAME TO track")

    assert desk.count("observation") == desk.names() == 0
    assert pipeline.take([message(position(1))]).counts.stored == 1
    assert pipeline.counters.counts.received == 1


def test_each_day_has_its_partition_and_nothing_falls_into_the_default(desk: Desk) -> None:
    pipeline = desk.pipeline()

    pipeline.take([message(position(1), position(2, at=NOON_MS - 86_400_000))])

    days = desk.rows("SELECT tableoid::regclass::text FROM telemetry.observation ORDER BY at")
    assert days == [("telemetry.observation_20260609",), ("telemetry.observation_20260610",)]


def test_failing_to_tell_undoes_nothing(desk: Desk) -> None:
    pipeline = desk.pipeline()
    desk.published = None  # type: ignore[assignment] # telling now fails

    assert pipeline.take([message(position(1))]).counts.stored == 1


def test_a_message_set_aside_is_refused(desk: Desk) -> None:
    pipeline = desk.pipeline()

    pipeline.set_aside(message(position(1)), RuntimeError("broken"))

    assert pipeline.counters.counts.refused == desk.count("refusal") == 1
    assert "keys" in desk.receipts()[0]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_received_is_stored_refused_and_quarantined(
    pool: ConnectionPool, data: st.DataObject
) -> None:
    desk = Desk(pool)
    desk.empty()
    seq = st.integers(0, 5)
    sent = st.one_of(
        seq.map(position),
        seq.map(lambda n: position(n, lon=2.4)),
        seq.map(lambda n: position(n, lat="north")),
        seq.map(lambda n: position(n, at=n)),
    )
    batches = data.draw(st.lists(st.lists(st.lists(sent, max_size=4), max_size=4), max_size=4))
    pipeline = desk.pipeline()

    for batch in batches:
        pipeline.take([message(*positions) for positions in batch])

    counts = pipeline.counters.counts
    total = sum(len(positions) for batch in batches for positions in batch)
    assert counts.received == counts.stored + counts.refused + counts.quarantined
    assert counts.received + counts.duplicates == total
    assert counts.stored == desk.count("observation") == desk.names()
    assert counts.refused == desk.count("refusal")
    assert counts.quarantined == desk.count("quarantine")
