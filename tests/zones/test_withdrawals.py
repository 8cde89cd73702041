"""Zones are withdrawn in time, what is urgent is the law at once; nothing past is rewritten."""

from datetime import UTC, datetime

import pytest

from tests.zones.publications import (
    HOUR,
    MIDNIGHT,
    NOON,
    A,
    Watch,
    collection,
    feature,
    law,
    named,
    zone,
)
from zones.model import Zone, ZoneId
from zones.notice import InvalidEmergency, TooEarly
from zones.periods import Window
from zones.service import AlreadyEnded, Ending, NoEmergency, StaleZone, UnknownZone, ZoneService


def emergency(**properties: object) -> Zone:
    return zone(valid={"end": (NOON + 24 * HOUR).isoformat()}, **properties)


def test_a_withdrawn_zone_is_the_law_until_then_and_its_past_stays(
    service: ZoneService, watch: Watch
) -> None:
    service.create(zone(), by="council")
    watch.later(days=3)

    withdrawal = service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="prefect")

    end = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert withdrawal.start == end
    assert [each[2] for each in law(service, end - HOUR)] == [Window(start=MIDNIGHT, end=end)]
    assert law(service, end) == []
    history = service.versions(A)
    assert [(each.act, each.recorded_by, each.start) for each in history.withdrawals] == [
        ("Arrêté 12", "prefect", end)
    ]
    assert len(history.editions) == 2


def test_a_zone_that_has_ended_is_not_withdrawn_again(service: ZoneService) -> None:
    service.create(zone(), by="council")
    service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="council")
    revision = service.revision()

    with pytest.raises(AlreadyEnded, match="zone a is not the law on 2026-03-01T23:00:00"):
        service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="council")
    with pytest.raises(UnknownZone):
        service.withdraw(Ending(zone_id=ZoneId("none"), act="Arrêté"), by="council")
    assert service.revision() == revision


def test_a_withdrawal_too_early_or_on_an_old_reading_is_refused(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    service.change(zone(priority=1), by="council")

    with pytest.raises(TooEarly, match=r"from: .* leaves no notice of 1 day"):
        service.withdraw(Ending(zone_id=A, act="Arrêté", start=NOON + HOUR), by="council")
    with pytest.raises(StaleZone):
        service.withdraw(Ending(zone_id=A, act="Arrêté", known=seen), by="council")


def test_a_change_on_a_reading_from_before_a_withdrawal_is_refused(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    # The version has not begun: nothing is left of it.
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")

    with pytest.raises(StaleZone):
        service.change(zone(priority=1), by="council", known=seen)


def test_a_withdrawn_zone_is_published_again_by_the_same_document(service: ZoneService) -> None:
    service.import_(collection(feature("a")), by="council")
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")

    again = service.import_(collection(feature("a")), by="council")

    assert again.changed == ("a",)
    assert [each[1] for each in law(service, MIDNIGHT)] == [2]


def test_a_dry_run_of_a_withdrawal_changes_nothing(service: ZoneService) -> None:
    service.create(zone(), by="council")

    tried = service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council", dry_run=True)

    assert tried.start == MIDNIGHT
    assert len(law(service, MIDNIGHT)) == 1
    assert service.versions(A).withdrawals == ()


def test_an_emergency_is_the_law_at_once_says_so_and_gives_way_at_its_end(
    service: ZoneService, watch: Watch
) -> None:
    service.create(zone(), by="council")
    watch.later(days=2)
    end = watch.now + 72 * HOUR
    urgent = zone(restriction="PROHIBITED", act="Arrêté 9", valid={"end": end.isoformat()})

    edition = service.change(urgent, by="watch", emergency=True)

    assert edition.valid == Window(start=watch.now, end=end)
    assert edition.emergency
    assert edition.feature["properties"]["act"] == "Emergency: Arrêté 9"
    assert [each[1] for each in law(service, end)] == [1]
    with pytest.raises(InvalidEmergency, match=r"valid\.end"):
        service.change(zone(), by="watch", emergency=True)


def test_an_emergency_is_withdrawn_at_once_by_whoever_may_publish_one(
    service: ZoneService, watch: Watch
) -> None:
    service.create(emergency(), by="watch", emergency=True)
    service.create(named("b"), by="council")
    watch.later(hours=1)

    ended = service.withdraw(
        Ending(zone_id=A, act="Fire is out", emergencies_only=True), by="watch"
    )

    assert ended.start == watch.now
    with pytest.raises(NoEmergency):
        service.withdraw(Ending(zone_id=ZoneId("b"), act="No", emergencies_only=True), by="watch")
