"""New prices end old ones, and none is for time gone by."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.prices import Tariff
from billing.publishing import RetroactiveTariff, SkippedVersion
from billing.service import BillingService
from billing.tariffs import demonstration
from billing.versions import OverlappingTariffs
from tests.billing.conftest import City
from tests.billing.samples import NOON, NOVEMBER, OCTOBER, tariff, visit
from zones.periods import Window


def published() -> tuple[Tariff, ...]:
    return tuple(sorted(demonstration(), key=lambda each: (each.id, each.version)))


def test_publishing_again_changes_nothing(service: BillingService) -> None:
    assert service.publish(demonstration(), by="council") == ()
    assert service.tariffs() == published()


def test_a_new_version_ends_the_open_one_and_leaves_the_past(
    service: BillingService, city: City
) -> None:
    begins = city.now + timedelta(days=30)
    dearer = tariff("river-km", version=2, valid=Window(start=begins))

    service.publish([dearer], by="council")

    versions = [each for each in service.tariffs() if each.id == "river-km"]
    assert versions[0].valid.end == begins
    assert service.tariffs(at=city.now) != service.tariffs(at=begins)


def test_a_version_never_begins_before_one_of_a_lower_number(
    service: BillingService, city: City
) -> None:
    begins = city.now + timedelta(days=30)
    later = tariff("quay", version=1, valid=Window(start=begins))
    earlier = begins - timedelta(days=9)
    service.publish([later], by="council")

    with pytest.raises(RetroactiveTariff, match="version 2 begins before version 1"):
        service.publish(
            [tariff("quay", version=2, valid=Window(start=earlier, end=begins))], by="council"
        )


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((2,), "the next of quay is 1, not 2"),
        ((1, 3), "the next of quay is 2, not 3"),
        ((3, 2), "the next of quay is 1, not 2"),
    ],
)
def test_versions_of_a_tariff_are_counted_from_one_and_leave_none_out(
    service: BillingService, city: City, numbers: tuple[int, ...], told: str
) -> None:
    begins = [city.now + timedelta(days=30 * number) for number in (*numbers, max(numbers) + 1)]
    wanted = [
        tariff("quay", version=number, valid=Window(start=start, end=start + timedelta(days=9)))
        for number, start in zip(numbers, begins, strict=False)
    ]

    with pytest.raises(SkippedVersion, match=f"^version: {told}"):
        service.publish(wanted, by="council")

    assert service.tariffs() == published()


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (tariff("river-km", version=2), OverlappingTariffs),
        (tariff("river-km", version=2, valid=Window(start=NOON)), RetroactiveTariff),
        (tariff("river-km", version=1), OverlappingTariffs),
        (tariff("new", valid=Window(start=NOON)), RetroactiveTariff),
    ],
)
def test_a_price_for_time_gone_by_is_refused(
    service: BillingService, city: City, refused: Tariff, why: type[Exception]
) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    fine = tariff("fine", valid=Window(start=NOVEMBER + timedelta(days=1)))

    with pytest.raises(why):
        service.publish([fine, refused], by="council")

    assert service.tariffs() == published()


def test_the_last_hour_of_a_billed_month_is_billed_too(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    city.now = datetime(2026, 10, 1, tzinfo=UTC)
    ends = datetime(2026, 10, 31, 23, tzinfo=UTC)

    with pytest.raises(RetroactiveTariff):
        service.publish([tariff("n", valid=Window(start=ends - timedelta(hours=1)))], by="council")
    service.publish([tariff("n", valid=Window(start=ends))], by="council")


def test_no_price_begins_before_it_is_published_though_nothing_was_billed(
    service: BillingService, city: City
) -> None:
    for begins in (NOON, city.now - timedelta(microseconds=1)):
        late = tariff("late", valid=Window(start=begins), published=None)
        with pytest.raises(RetroactiveTariff, match=r"^valid: late version 1 begins before it is"):
            service.publish([late], by="council")

    at_once = tariff("at-once", valid=Window(start=city.now), published=None)
    assert service.publish([at_once], by="council") == (at_once,)


def test_a_price_that_was_the_law_before_says_when_its_act_was_published(
    service: BillingService,
) -> None:
    taken_over = tariff("old", valid=Window(start=NOON), published=NOON.date())

    service.publish([taken_over], by="council")

    assert [each.published for each in service.tariffs(at=NOON) if each.id == "old"] == [
        NOON.date()
    ]
