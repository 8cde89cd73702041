"""Values of billing to test with; name only what matters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import shapely

from billing.crediting import credit, lines_to_credit
from billing.fees import price
from billing.invoices import draft, issue
from billing.metering import meter
from billing.model import CreditNote, Invoice
from billing.periods import midnight, month
from billing.prices import Tariff, TariffKind
from billing.tariffs import demonstration
from permits.model import (
    Application,
    Decision,
    OperationVolume,
    Permit,
    PermitId,
    PermitState,
    Quote,
)
from permits.parties import Operator, OperatorId, SizeClass, VehicleId
from telemetry.kept.evidence import Sighting, VisitEvidence
from telemetry.model import ObservationId, Reason, VehicleKey, VerdictKind, Visit, VisitId
from zones.columns import Relation
from zones.model import HeightReference, Layer, Purpose, Restriction, Volume, Zone, ZoneId
from zones.periods import Window

NAMES = UUID("00000000-0000-4000-8000-000000000001")
OCTOBER = month(2026, 10)
NOON = datetime(2026, 10, 14, 10, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)
SQUARE = shapely.box(2.35, 48.85, 2.36, 48.86)

ALADIN = Operator(
    id=OperatorId("aladin"),
    name="Aladin Livraison SAS",
    siren="732829320",
    size=SizeClass.MEDIUM,
    address="12 rue de l'Œuvre, 75011 Paris",
)
BOREAL = replace(ALADIN, id=OperatorId("boreal"), name="Boréal & Fils", size=SizeClass.MICRO)
OPERATORS = {each.id: each for each in (ALADIN, BOREAL)}


def permit_id(name: str = "permit") -> PermitId:
    return PermitId(uuid5(NAMES, name))


def visit(name: str = "visit", **given: Any) -> Visit:  # noqa: ANN401 - any field
    """Return ten certain minutes of a drone of Aladin's, under a permit for delivery."""
    entered = given.pop("entered_at", NOON)
    values: dict[str, Any] = {
        "id": VisitId(uuid5(NAMES, name)),
        "vehicle": VehicleKey(ALADIN.id, VehicleId("drone-7")),
        "layer": Layer.AIR,
        "zone": ZoneId("air-paris"),
        "zone_version": 1,
        "permit": permit_id(),
        "permit_version": 1,
        "purpose": Purpose.DELIVERY,
        "entered_at": entered,
        "left_at": entered + timedelta(minutes=10),
        "certain_ms": 600_000,
        "uncertain_ms": 0,
        "distance_m": 4_000,
        "observations": 601,
        "violations": 0,
        "first_observation": ObservationId(1),
        "last_observation": ObservationId(601),
    }
    return Visit(**values | given)


def application(**given: Any) -> Application:  # noqa: ANN401 - any field
    volume = OperationVolume(
        footprint=SQUARE, window=Window(start=NOON, end=NOON + timedelta(hours=1))
    )
    values: dict[str, Any] = {
        "operator": ALADIN.id,
        "purpose": Purpose.DELIVERY,
        "layer": Layer.AIR,
        "vehicles": (VehicleId("drone-7"),),
        "volumes": (volume,),
    }
    return Application(**values | given)


def permit(name: str = "permit", **given: Any) -> Permit:  # noqa: ANN401 - any field
    decided = given.pop("decided_at", NOON - timedelta(days=1))
    values: dict[str, Any] = {
        "id": permit_id(name),
        "version": 1,
        "application": application(),
        "state": PermitState.GRANTED,
        "decision": Decision.GRANTED,
        "automated": True,
        "findings": (),
        "conditions": (),
        "quote": Quote(currency="EUR", total=Decimal(0)),
        "decided_at": decided,
        "recorded_at": decided,
    }
    return Permit(**values | given)


def tariff(ident: str = "air-minute", **given: Any) -> Tariff:  # noqa: ANN401 - any field
    values: dict[str, Any] = {
        "id": ident,
        "version": 1,
        "text": MappingProxyType({"fr": f"Tarif {ident}", "en": f"Tariff {ident}"}),
        "act": "délibération 2024 DVD 1",
        "kind": TariffKind.PER_STARTED_MINUTE,
        "unit_price": Decimal("0.35"),
        "layer": Layer.AIR,
        "published": date(2024, 12, 20),
        "valid": Window(start=midnight(date(2025, 1, 1))),
    }
    return Tariff(**values | given)


def zone(ident: str = "air-paris", **given: Any) -> Zone:  # noqa: ANN401 - any field
    values: dict[str, Any] = {
        "id": ZoneId(ident),
        "version": 1,
        "name": ident,
        "layer": Layer.AIR,
        "restriction": Restriction.REQ_AUTHORISATION,
        "volumes": (Volume(footprint=given.pop("footprint", SQUARE)),),
    }
    return Zone(**values | given)


def evidence(of: Visit) -> VisitEvidence:
    seen = Sighting(
        observation=of.first_observation,
        sender=of.vehicle.operator,
        at=of.entered_at,
        received_at=of.entered_at,
        lon=2.351,
        lat=48.851,
        h_acc_m=3.0,
        v_acc_m=4.0,
        alt_m=60.0,
        alt_ref=HeightReference.AGL,
        speed_mps=8.0,
        zone=of.zone,
        zone_version=of.zone_version,
        permit=of.permit,
        permit_version=of.permit_version,
        kind=VerdictKind.COMPLIANT,
        reason=Reason.NONE,
        relation=Relation.INSIDE,
        margin_m=None,
        margin_s=None,
        rulebook_version=3,
    )
    return VisitEvidence(visit=of, sightings=(seen,))


def invoice(*used: Visit) -> Invoice:
    """Return an issued invoice to Aladin for some visits and the permit."""
    usages = meter(used or [visit()], [permit()], OPERATORS, OCTOBER.window)
    tariffs = demonstration()
    return issue(
        draft(
            price(usages, tariffs),
            ALADIN,
            OCTOBER,
            tariffs,
            uses={each.id: each for each in usages},
        ),
        "P-2026-000001",
        "",
        NOVEMBER,
    )


def credit_note(of: Invoice, lines: Mapping[int, Decimal] | None = None) -> CreditNote:
    """Return a credit note for an invoice."""
    return credit(
        of,
        lines_to_credit(of, {}, lines),
        {},
        reason="Double facturation",
        number="A-2026-000001",
        previous_hash="",
        at=NOVEMBER + timedelta(days=1),
    )
