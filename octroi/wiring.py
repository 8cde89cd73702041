"""How do the parts become one installation? Constructors, called in the order of the flow."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from uuid import UUID

import structlog
from psycopg_pool import ConnectionPool

from billing.judging.court import Court
from billing.quotes import Quoting
from billing.running import Sources as BillingSources
from billing.service import BillingService
from billing.treasury import Bureau
from octroi.admission import Admission
from octroi.archives import archive
from octroi.backing import Backing, backing
from octroi.changes import Changes
from octroi.embedded.broker import Broker, client_id
from octroi.issuing import issuer_of
from octroi.keeping import housekeeping
from octroi.lateness import OpenPeriods, month_before
from octroi.metrics import Meters
from octroi.migrate import migrate
from octroi.notices import ALERT, Notices, passing_alerts_on, passing_on
from octroi.rulebooks import PUBLISHED, Changed, RulebookKeeper
from octroi.rulebooks import Sources as RuleSources
from octroi.settings import Settings
from octroi.surroundings import datum_of
from octroi.ticking import attentive
from permits.auditing import AuditService
from permits.cases import City, Prices
from permits.identity.guard import Bearers
from permits.life.holdings import Held, Holding
from permits.living import LifeService
from permits.model import OperationVolume, Permit
from permits.registration import RegistryService
from permits.replays import ReplayService
from permits.service import PermitService
from permits.store.walls import CityPool
from permits.sweeping import SweepService
from permits.tokens import TokenService
from telemetry.alerting import AlertService
from telemetry.broker import Ingest
from telemetry.housekeeping import Housekeeping
from telemetry.model import Alert, AlertId, VehicleKey
from telemetry.pipeline import Outlets, Pipeline
from telemetry.pipeline import Sources as PipelineSources
from telemetry.service import HistoryService
from telemetry.store.ingest import IngestStore
from telemetry.watched.live import Hub
from telemetry.webhooks.courier import Courier
from telemetry.webhooks.service import WebhookService
from zones.editions import AsOf, to_zone
from zones.features import FeatureReader
from zones.index import ZoneIndex
from zones.model import Layer, Zone
from zones.periods import Window
from zones.service import ZoneService
from zones.switching import SwitchService
from zones.territory import Territory

log = structlog.get_logger()

POOL_SIZE = 12
POOL_TIMEOUT_S = 10.0

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The parts that need the database only: enough for the command line."""

    pool: ConnectionPool
    zones: ZoneService
    features: FeatureReader
    switches: SwitchService
    registry: RegistryService
    history: HistoryService
    alerts: AlertService
    webhooks: WebhookService
    housekeeping: Housekeeping
    billing: BillingService
    city: City
    permits: PermitService
    life: LifeService
    sweeper: SweepService
    replays: ReplayService
    audit: AuditService
    keeper: RulebookKeeper

    def law(self, asked: AsOf) -> ZoneIndex:
        """Return the zones that were the law at an instant, as known at another, indexed."""
        ready = self.keeper.rulebook().index
        editions = self.zones.everything(asked).editions
        return ZoneIndex([to_zone(each) for each in editions], ready.datum, ready.switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything that runs, for the app to answer with and for the demonstration to play on."""

    settings: Settings
    clock: Clock
    backing: Backing
    records: Records
    access: Admission
    tokens: Bearers | None
    pipeline: Pipeline
    ingest: Ingest
    hub: Hub
    meters: Meters


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Whom the records tell of permits and alerts: nobody here means by a process that has them.

    Where vehicles are `judged`, what is granted is kept at hand, and who publishes waits for it.
    """

    announce: Callable[[Permit], None] | None = None
    tell: Callable[[Iterable[Alert]], None] | None = None
    judged: bool = False


NOBODY = Neighbours()


@contextmanager
def records(
    database_url: str,
    clock: Clock,
    settings: Settings,
    neighbours: Neighbours = NOBODY,
    *,
    secret: bytes,
) -> Iterator[Records]:
    """Open the services of a migrated database; `secret` is what digests are keyed with."""
    datum = datum_of(settings)
    connections = CityPool(database_url, min_size=2, max_size=POOL_SIZE, timeout=POOL_TIMEOUT_S)
    with connections as pool, closing(Court()) as court:
        keeper: RulebookKeeper
        billing: BillingService

        # Whoever wrote reads it back judged: other processes hear of it a moment later.
        def published() -> None:
            if neighbours.judged:
                keeper.refresh(PUBLISHED)

        zones = ZoneService(
            pool,
            clock,
            notice_days=settings.notice_days,
            territory=Territory(service_area=settings.service_area, datum=datum),
            told=published,
        )
        switches = SwitchService(pool, clock, told=published)
        registry = RegistryService(pool, clock, secret)
        history = HistoryService(pool, clock)
        alerts = AlertService(pool, clock, neighbours.tell or passing_alerts_on(pool))

        # Permits ask for zones and prices, which are built after them: found at the call.
        def touching(volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
            return keeper.zones_touching(volume, layer)

        def prices() -> Prices:
            return Quoting(billing.tariffs(), clock())

        city = City(
            zones_touching=touching,
            prices=prices,
            announce=neighbours.announce or passing_on(pool),
            documents_needed=settings.documents_needed,
            datum=lambda: datum,
            switches=lambda: keeper.rulebook().index.switches,
            software=version("octroi"),
            secret=secret,
            service_area=settings.service_area,
        )
        permits = PermitService(pool, clock, city)
        life = LifeService(
            pool,
            clock,
            city,
            lead=timedelta(minutes=settings.activation_lead_minutes),
            service_level=timedelta(days=settings.review_days),
        )
        keeper = RulebookKeeper(
            RuleSources(
                zones=zones.current,
                switches=switches.switches,
                held=permits.held if neighbours.judged else _nothing_held,
                held_by=permits.held_by if neighbours.judged else _nothing_held_by,
                registry=registry.registry,
                since=lambda: month_before(clock()).window.start or clock(),
                datum=datum,
                patience=alerts.patience,
                clock=clock,
            )
        )
        sources = _billing_sources(permits, registry, history, keeper)
        billing = BillingService(
            pool,
            clock,
            sources,
            court.judge,
            bureau=Bureau(schemas=settings.pes_schemas, codes=settings.pes_codes),
            grace_days=settings.billing_grace_days,
        )
        yield Records(
            pool=pool,
            zones=zones,
            features=FeatureReader(pool, clock),
            switches=switches,
            registry=registry,
            history=history,
            alerts=alerts,
            webhooks=WebhookService(pool, clock, secret, allowed=settings.webhook_networks),
            housekeeping=housekeeping(pool, clock, settings, billing),
            billing=billing,
            city=city,
            permits=permits,
            replays=ReplayService(
                pool, archive(zones, switches, billing, lambda: datum, city.software)
            ),
            life=life,
            audit=AuditService(pool, clock),
            sweeper=SweepService(
                pool,
                life,
                lambda: keeper.rulebook().zones,
                lambda: keeper.rulebook().index.switches,
            ),
            keeper=keeper,
        )


@contextmanager
def installation(settings: Settings, clock: Clock) -> Iterator[Installation]:
    """Start everything but the web server, and stop it in the opposite order."""
    with ExitStack() as stack:
        backed = stack.enter_context(backing(settings))
        migrate(backed.database_url)
        keeper: RulebookKeeper

        # Vehicles are heard once there is a registry to know them by.
        def name_of(operator: str) -> str | None:
            found = keeper.registry().operator(operator)
            return None if found is None else found.name

        hub, meters = Hub(clock, name_of=name_of), Meters()
        notices = Notices(hub.tell)
        parts = stack.enter_context(
            records(backed.database_url, clock, settings, _told_by(notices), secret=backed.secret)
        )
        keeper = parts.keeper
        log.info("ground", source=keeper.rulebook().datum.ground.source)
        parts.alerts.show_open_alerts()
        ingest: Ingest

        # The pipeline tells through the client that feeds it.
        def publish(topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 - as paho
            ingest.publish(topic, payload, retain)

        pipeline = Pipeline(
            IngestStore(parts.pool),
            PipelineSources(
                clock=clock,
                rulebook=keeper.rulebook,
                registry=keeper.registry,
                open_since=OpenPeriods(clock, parts.billing).since,
            ),
            Outlets(
                publish=publish,
                live=hub.publish,
                watch=meters.watch,
                flush=lambda: ingest.flush(),  # noqa: PLW0108 # made below
            ),
        )
        ingest = Ingest(backed.mqtt_url, pipeline, clock, client_id=client_id(backed.mqtt_url))
        stack.enter_context(_attended(parts, settings, clock, backed, notices))
        if not ingest.start():
            # It goes on trying; HTTPS takes observations meanwhile.
            log.warning("broker.not-answering", address=backed.mqtt_url.rpartition("@")[2])
        stack.callback(ingest.stop)
        notices.connect(ingest.publish)
        stack.callback(hub.close)
        yield Installation(
            settings=settings,
            clock=clock,
            backing=backed,
            records=parts,
            access=stack.enter_context(
                admission_of(parts, settings, clock, backed.secret, backed.broker)
            ),
            tokens=tokens_of(parts, settings, clock),
            pipeline=pipeline,
            ingest=ingest,
            hub=hub,
            meters=meters,
        )


@contextmanager
def deciding(
    database_url: str,
    clock: Clock,
    settings: Settings,
    announce: Callable[[Permit], None],
    *,
    secret: bytes,
) -> Iterator[Records]:
    """Open what decides about permits beside an installation, kept as the city publishes."""
    told = Neighbours(announce=announce)
    with records(database_url, clock, settings, told, secret=secret) as parts:

        def refresh(changed: Changed) -> None:
            if changed.published:
                parts.keeper.refresh(changed)

        with Changes(database_url, refresh):
            yield parts


@contextmanager
def _attended(
    parts: Records, settings: Settings, clock: Clock, backed: Backing, notices: Notices
) -> Iterator[None]:
    """Make what is due by itself happen, and carry what is to be told over HTTP."""
    changes = attentive(
        backed.database_url,
        parts.keeper,
        lambda: (parts.sweeper.sweep(), parts.alerts.sweep()),
        lambda name: _heard(name, parts, notices),
        settings.sweep_seconds,
    )
    courier = Courier(
        parts.pool,
        clock,
        backed.secret,
        allowed=settings.webhook_networks,
        disabled=notices.disabled,
    )
    with changes, courier:
        yield


def _told_by(notices: Notices) -> Neighbours:
    return Neighbours(announce=notices.announce, tell=notices.tell, judged=True)


def _nothing_held(_since: datetime) -> frozenset[Held]:
    return frozenset()


def _nothing_held_by(_permits: object, _since: datetime) -> tuple[Holding, ...]:
    return ()


def _heard(name: str, parts: Records, notices: Notices) -> None:
    """Tell of what another process has moved."""
    if name.startswith(ALERT):
        notices.tell([parts.alerts.alert(AlertId(UUID(name.removeprefix(ALERT))))])
    else:
        notices.announce(parts.life.get(UUID(name)))


def admission_of(
    parts: Records, settings: Settings, clock: Clock, secret: bytes, broker: Broker | None = None
) -> Admission:
    """Return who may come in by a key; a broker of ours is told of them."""
    lifetime = timedelta(days=settings.key_days)
    return Admission(parts.pool, clock, secret, lifetime=lifetime, broker=broker)


def tokens_of(parts: Records, settings: Settings, clock: Clock) -> Bearers | None:
    """Return whom access tokens of the configured issuer stand for, if one is."""
    issuer = issuer_of(settings)
    return None if issuer is None else TokenService(parts.pool, issuer, clock).caller


def _billing_sources(
    permits: PermitService,
    registry: RegistryService,
    history: HistoryService,
    keeper: RulebookKeeper,
) -> BillingSources:
    return BillingSources(
        visits=history.visits_touching,
        permits=lambda window: _within(permits.granted_between, window),
        operators=lambda: {each.id: each for each in registry.operators()},
        vehicles=lambda: {VehicleKey(each.operator, each.id): each for each in registry.vehicles()},
        evidence=history.visit_evidence,
        zone_names=keeper.zone_names,
        occupying=lambda window: _within(permits.occupying, window),
        free=permits.on_grounds,
    )


def _within(
    read: Callable[[datetime, datetime], tuple[Permit, ...]], window: Window
) -> tuple[Permit, ...]:
    return read(window.start, window.end) if window.start and window.end else ()
