"""A billing service on a real database, over visits and permits that the test holds."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from psycopg_pool import ConnectionPool

from billing.export import cii
from billing.export.claim import of_invoice
from billing.judging.court import Court
from billing.judging.report import Judgement, Syntax, Written
from billing.running import Sources
from billing.service import BillingService
from billing.tariffs import demonstration
from permits.model import Permit, PermitId
from permits.parties import Operator, OperatorId
from telemetry.kept.evidence import VisitEvidence
from telemetry.model import Visit, VisitId
from tests.billing.samples import NOVEMBER, OPERATORS, evidence, invoice
from zones.model import ZoneId
from zones.periods import Window


@dataclass(kw_only=True)
class City:
    """What billing's neighbours know, for a test to fill; and what time it is."""

    now: datetime = NOVEMBER
    visits: list[Visit] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    open_visits: dict[OperatorId, int] = field(default_factory=dict)
    corrected: dict[VisitId, bool] = field(default_factory=dict)
    operators: dict[OperatorId, Operator] = field(default_factory=lambda: dict(OPERATORS))

    def sources(self) -> Sources:
        return Sources(
            visits=self._visits,
            permits=self._permits,
            operators=lambda: self.operators,
            evidence=self._evidence,
            open_visits=lambda _window: self.open_visits,
            permit=self._permit,
            corrected=lambda _window: self.corrected,
            zone_names=lambda: {ZoneId("air-paris"): "Paris, espace aérien urbain"},
        )

    def _visits(self, window: Window) -> list[Visit]:
        return [visit for visit in self.visits if window.holds(visit.entered_at)]

    def _permits(self, window: Window) -> list[Permit]:
        return [permit for permit in self.permits if window.holds(permit.decided_at)]

    def _permit(self, ident: PermitId, version: int) -> Permit | None:
        known = (each for each in self.permits if (each.id, each.version) == (ident, version))
        return next(known, None)

    def _evidence(
        self, wanted: Collection[VisitId], _most: int | None
    ) -> dict[VisitId, VisitEvidence]:
        return {visit.id: evidence(visit) for visit in self.visits if visit.id in wanted}


@pytest.fixture
def city() -> City:
    return City()


@pytest.fixture(scope="session")
def court() -> Iterator[Court]:
    """The official judges, in a process of their own."""
    sitting = Court(seats=1)
    claim = Written(name="a claim", syntax=Syntax.CII, xml=cii.write(of_invoice(invoice())))
    sitting.judge([claim])  # the first document waits until the rules are read
    yield sitting
    sitting.close()


@pytest.fixture
def empty_service(pool: ConnectionPool, city: City, court: Court) -> BillingService:
    """Return a service without any tariff."""
    return BillingService(pool, lambda: city.now, city.sources(), court.judge)


@pytest.fixture
def service(empty_service: BillingService) -> BillingService:
    """Return a service with the demonstration's tariffs published."""
    empty_service.publish(demonstration(), by="council")
    return empty_service


def accept(documents: Sequence[Written]) -> list[tuple[Judgement, ...]]:
    """Accept at once: judges have tests of their own."""
    return [(Judgement(judge="nobody", rules=1, objections=()),) for _ in documents]


@pytest.fixture
def swift(pool: ConnectionPool, city: City) -> BillingService:
    """Return a service with the demonstration's tariffs, before a judge who accepts at once."""
    service = BillingService(pool, lambda: city.now, city.sources(), accept)
    service.publish(demonstration(), by="council")
    return service
