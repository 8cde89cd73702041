"""A city that tells addresses of alerts, and an alert to tell."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_network
from uuid import UUID

from psycopg_pool import ConnectionPool

from permits.parties import OperatorId
from telemetry.alerting import AlertService
from telemetry.model import Reason
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts
from telemetry.told import Alert, AlertId, AlertState, Severity
from telemetry.webhooks.courier import Courier
from telemetry.webhooks.model import Webhook
from telemetry.webhooks.service import WebhookService
from tests.telemetry.city_builders import DRONE, LAT, LON, NOON
from tests.telemetry.receiving import Receiver
from zones.model import Layer

HERE = (ip_network("127.0.0.0/8"),)
SECRET = b"of this installation"
BATEAUX = OperatorId("bateaux")


@dataclass
class Desk:
    """A city whose alerts are written, and a courier that runs when it is told to."""

    pool: ConnectionPool
    receiver: Receiver
    now: datetime = NOON
    disabled: list[Webhook] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.webhooks = WebhookService(self.pool, lambda: self.now, SECRET, allowed=HERE)
        self.alerts = AlertService(self.pool, lambda: self.now, lambda _told: None)

    def courier(self) -> Courier:
        return Courier(
            self.pool, lambda: self.now, SECRET, allowed=HERE, disabled=self.disabled.append
        )

    def write(self, *alerts: Alert) -> None:
        with IngestStore(self.pool).recording(self.now) as recording:
            save_alerts(recording, alerts)

    def register(self, operator: OperatorId | None = DRONE.operator, **named: object) -> Webhook:
        url = self.receiver.url
        webhook, self.secret = self.webhooks.register(operator, url, by="test", **named)  # type: ignore[arg-type]  # fields
        return webhook

    def events(self) -> list[str]:
        return [each["type"] for each in self.receiver.messages]


def an_alert(number: int = 1, **named: object) -> Alert:
    found = Alert(
        id=AlertId(UUID(int=number)),
        vehicle=DRONE,
        layer=Layer.AIR,
        reason=Reason.NO_PERMIT,
        severity=Severity.HIGH,
        state=AlertState.OPEN,
        zone=None,
        zone_version=None,
        zone_name="Quai",
        permit=None,
        opened_at=NOON,
        last_at=NOON,
        lon=LON,
        lat=LAT,
        count=2,
    )
    return replace(found, **named)  # type: ignore[arg-type]  # fields of an alert
