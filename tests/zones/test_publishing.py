"""Zones on a real database: versions that are never rewritten, pages, imports."""

import time
from copy import deepcopy
from datetime import timedelta

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from tests.zones.publications import NOON, Watch, collection, feature, zone
from zones.editions import Edition
from zones.model import Layer, Restriction, Zone, ZoneId
from zones.notice import TooEarly
from zones.service import StaleZone, ZoneExists, ZoneService
from zones.store.reading import Filters


def publish(service: ZoneService, published: Zone, *, by: str) -> Edition:
    """Publish a zone, new or changed."""
    known = service.versions(published.id).editions
    return service.change(published, by=by) if known else service.create(published, by=by)


@pytest.fixture
def service(pool: ConnectionPool, watch: Watch) -> ZoneService:
    return ZoneService(pool, watch, notice_days=0)


def test_a_zone_without_a_start_is_the_law_from_its_publication_on(
    service: ZoneService, watch: Watch
) -> None:
    edition = publish(service, zone(), by="council")

    assert edition.valid.start == watch.now
    assert edition.version == 1
    assert service.listing(Filters(at=watch.now)).editions == (edition,)
    assert not service.listing(Filters(at=watch.now - timedelta(seconds=1))).editions


def test_a_new_version_ends_the_older_one_and_leaves_what_was_believed_readable(
    service: ZoneService, watch: Watch
) -> None:
    publish(service, zone(), by="council")
    changed_at = watch.later(days=1)
    publish(service, zone(restriction="PROHIBITED"), by="prefect")

    newest, remainder, original = service.versions(ZoneId("a")).editions

    assert (newest.version, newest.valid.start, newest.valid.end) == (2, changed_at, None)
    assert (remainder.version, remainder.valid.start, remainder.valid.end) == (1, NOON, changed_at)
    assert (original.version, original.valid.end) == (1, None)
    assert original.superseded_at == changed_at
    assert [each.recorded_by for each in (newest, original)] == ["prefect", "council"]


def test_a_temporary_version_leaves_the_older_one_on_either_side(
    service: ZoneService, watch: Watch
) -> None:
    publish(service, zone(), by="council")
    start, end = NOON + timedelta(days=2), NOON + timedelta(days=3)
    limits = {"start": start.isoformat(), "end": end.isoformat()}
    publish(service, zone(restriction="PROHIBITED", valid=limits), by="prefect")

    law = [
        (each.version, each.restriction, each.valid.start, each.valid.end)
        for each in service.current()
    ]

    assert law == [
        (1, Restriction.REQ_AUTHORISATION, NOON, start),
        (2, Restriction.PROHIBITED, start, end),
        (1, Restriction.REQ_AUTHORISATION, end, None),
    ]
    assert service.current(since=watch.later(days=10))[0].version == 1


def test_many_changes_at_one_instant_leave_one_version_at_a_time(service: ZoneService) -> None:
    for restriction in ("PROHIBITED", "CONDITIONAL", "NO_RESTRICTION", "PROHIBITED"):
        start = {"start": (NOON + timedelta(hours=1)).isoformat()}
        publish(service, zone(restriction=restriction, valid=start), by="council")

    assert [each.version for each in service.current()] == [4]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM zones.zone_version",
        "TRUNCATE zones.zone_version",
        "UPDATE zones.zone_version SET recorded_by = 'somebody else'",
        "UPDATE zones.zone_version SET version = 2, superseded_at = now()",
    ],
)
def test_the_database_itself_refuses_to_rewrite_a_version(
    service: ZoneService, pool: ConnectionPool, statement: str
) -> None:
    publish(service, zone(), by="council")

    with (
        pytest.raises(psycopg.errors.RaiseException, match="never changed"),
        pool.connection() as c,
    ):
        c.execute(statement)


def test_the_database_itself_refuses_two_versions_of_a_zone_at_once(
    service: ZoneService, pool: ConnectionPool
) -> None:
    publish(service, zone(), by="council")
    copy = """
        INSERT INTO zones.zone_version
            (zone_id, version, restriction, feature, bounds, valid, recorded_at, recorded_by)
        SELECT zone_id, 2, restriction, feature, bounds, valid, recorded_at, recorded_by
        FROM zones.zone_version
    """

    with pytest.raises(psycopg.errors.ExclusionViolation), pool.connection() as connection:
        connection.execute(copy)


def test_a_publication_is_announced_once_it_is_committed(
    service: ZoneService, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN octroi_zones")
        publish(service, zone(), by="council")
        heard = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]

    assert heard == [str(service.revision())] == ["1"]


def test_what_was_published_is_read_back_exactly(service: ZoneService) -> None:
    published = zone(
        lower={"value": 100, "unit": "ft", "reference": "AGL"},
        upper={"value": 120, "reference": "AMSL"},
        applicability=[{"schedule": [{"day": ["ANY"], "startEvent": "SS", "endEvent": "SR"}]}],
        rules={"speed_max_mps": 3.333, "transit": False},
        purposes={"emergency": "NO_RESTRICTION"},
        valid={"start": "2026-04-01T00:00:00+02:00"},
        notes={"source": "é"},
    )
    publish(service, published, by="council")

    assert service.current() == (published,)


def test_a_zone_is_read_once_and_known_afterwards(service: ZoneService) -> None:
    publish(service, zone(), by="council")
    before = service.current()
    service.import_(collection(feature("b")), by="council")

    assert service.current()[0] is before[0]


def test_creating_needs_a_free_id(service: ZoneService) -> None:
    service.create(zone(), by="council")

    with pytest.raises(ZoneExists, match="id: zone a exists"):
        service.create(zone(), by="council")


def test_a_change_may_not_reach_into_the_past(service: ZoneService, watch: Watch) -> None:
    service.create(zone(), by="council")
    watch.later(days=1)

    with pytest.raises(TooEarly, match=r"valid\.start"):
        service.change(zone(valid={"start": NOON.isoformat()}), by="council")


def test_two_officers_do_not_overwrite_each_other(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    service.change(zone(restriction="PROHIBITED"), by="prefect", known=seen)

    with pytest.raises(StaleZone):
        service.change(zone(restriction="NO_RESTRICTION"), by="council", known=seen)


def test_importing_the_same_document_twice_changes_nothing(
    service: ZoneService, watch: Watch
) -> None:
    document = collection(feature("a", valid={"start": "2025-01-01T00:00:00Z"}), feature("b"))
    first = service.import_(document, by="council")
    revision = service.revision()
    watch.later(hours=1)
    second = service.import_(document, by="council")

    assert (first.added, second.unchanged) == (("a", "b"), ("a", "b"))
    assert service.revision() == revision
    assert [each.valid.start for each in service.current()][1] == NOON


def test_importing_a_changed_zone_does_not_rewrite_its_past(
    service: ZoneService, watch: Watch
) -> None:
    start = {"start": "2025-01-01T00:00:00+00:00"}
    service.import_(collection(feature("a", valid=start)), by="council")
    now = watch.later(hours=1)
    changed = collection(feature("a", valid=start, restriction="PROHIBITED"))

    imported = service.import_(changed, by="council")

    assert imported.changed == ("a",)
    assert [each.valid.start for each in service.current()] == [now]
    assert service.import_(changed, by="council").unchanged == ("a",)


def test_an_import_with_one_defect_changes_nothing(service: ZoneService) -> None:
    bow_tie = feature("b")
    bow_tie["geometry"]["coordinates"][0][1:3] = reversed(
        bow_tie["geometry"]["coordinates"][0][1:3]
    )

    imported = service.import_(collection(feature("a"), bow_tie), by="council")

    assert [(each.feature, each.path) for each in imported.defects] == [("b", "geometry")]
    assert "self-intersection at 2.3" in imported.defects[0].reason
    assert service.revision() == 0
    assert service.current() == ()


def test_a_dry_run_tells_and_changes_nothing(service: ZoneService) -> None:
    imported = service.import_(collection(feature("a")), by="council", dry_run=True)

    assert imported.added == ("a",)
    assert service.current() == ()


def test_250_zones_are_imported_within_seconds(service: ZoneService) -> None:
    document = collection(*(feature(f"z{n}", lon=2.2 + n / 1000) for n in range(250)))
    clock = time.perf_counter

    started = clock()
    service.import_(document, by="council")
    changed = deepcopy(document)
    for each in changed["features"]:
        each["properties"]["priority"] = 1
    between = clock()
    service.import_(changed, by="council")

    assert between - started < 5
    assert clock() - between < 5
    assert len(service.current()) == 250


def test_pages_follow_each_other_without_gap_or_repetition(service: ZoneService) -> None:
    names = ["B", "a", "a/1", "b", "z", "é"]
    service.import_(collection(*map(feature, names)), by="council")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = service.listing(Filters(at=NOON, after=after, limit=2))
        seen += [edition.zone_id for edition in page.editions]
        after = page.following

    assert seen == names


def test_a_filter_keeps_zones_of_every_layer(service: ZoneService) -> None:
    everywhere = feature("every")
    del everywhere["properties"]["layer"]
    service.import_(
        collection(feature("air"), feature("river", layer="river"), everywhere), by="council"
    )

    page = service.listing(Filters(at=NOON, layer=Layer.RIVER))

    assert [edition.zone_id for edition in page.editions] == ["every", "river"]
