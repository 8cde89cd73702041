"""Which services does a database give? Constructors, called in the order of the flow."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version

from psycopg_pool import ConnectionPool

from billing.judging.court import Court
from billing.planning import Plan
from billing.quotes import Counter
from billing.running import Sources as BillingSources
from billing.service import BillingService
from billing.treasury import Bureau
from octroi.archives import archive
from octroi.claiming import seller_of
from octroi.keeping import housekeeping
from octroi.lateness import rules_since
from octroi.notices import passing_alerts_on, passing_on
from octroi.rulebooks import PUBLISHED, REGISTERED, Changed, RulebookKeeper
from octroi.rulebooks import Sources as RuleSources
from octroi.settings import Settings
from octroi.surroundings import datum_of, water_of
from permits.auditing import AuditService
from permits.cases import City
from permits.law import Law
from permits.life.holdings import Held, Holding
from permits.living import LifeService
from permits.model import OperationVolume, Permit
from permits.parties import OperatorId
from permits.registration import RegistryService
from permits.replays import ReplayService
from permits.service import PermitService
from permits.store.walls import CityPool
from permits.sweeping import SweepService
from telemetry.alerting import AlertService
from telemetry.housekeeping import Housekeeping
from telemetry.model import VehicleKey
from telemetry.service import HistoryService
from telemetry.told import Alert
from telemetry.webhooks.service import WebhookService
from zones.editions import AsOf, to_zone
from zones.features import FeatureReader
from zones.index import ZoneIndex
from zones.model import Layer, Zone
from zones.periods import Window
from zones.service import ZoneService
from zones.switching import SwitchService
from zones.territory import Territory

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
    datum, water, seller = datum_of(settings), water_of(settings), seller_of(settings)
    connections = CityPool(database_url, min_size=2, max_size=POOL_SIZE, timeout=POOL_TIMEOUT_S)
    with connections as pool, closing(Court()) as court:
        keeper: RulebookKeeper
        billing: BillingService

        # Whoever wrote reads it back judged: other processes hear of it a moment later.
        def published(changed: Changed = PUBLISHED) -> None:
            if neighbours.judged:
                keeper.refresh(changed)

        zones = ZoneService(
            pool,
            clock,
            notice_days=settings.notice_days,
            territory=Territory(service_area=settings.service_area, datum=datum),
            told=published,
        )
        switches = SwitchService(pool, clock, told=published)
        registry = RegistryService(pool, clock, secret, told=lambda: published(REGISTERED))
        history = HistoryService(pool, clock)
        alerts = AlertService(pool, clock, neighbours.tell or passing_alerts_on(pool))

        # Permits ask for zones and prices, which are built after them: found at the call.
        def touching(volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
            return keeper.zones_touching(volume, layer)

        counter = Counter(lambda: billing.tariffs(), clock)  # noqa: PLW0108 - made below

        city = City(
            zones_touching=touching,
            prices=counter.prices,
            announce=neighbours.announce or passing_on(pool),
            law=Law(
                at_hand=lambda: keeper.number,
                published="zones.published()",
                take_up=lambda: keeper.refresh(PUBLISHED),
            ),
            documents_needed=settings.documents_needed,
            datum=lambda: datum,
            waters=water,
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
                published=zones.revision,
                zones=zones.current,
                switches=switches.switches,
                held=permits.held if neighbours.judged else _nothing_held,
                held_by=permits.held_by if neighbours.judged else _nothing_held_by,
                registry=registry.registry,
                since=lambda: rules_since(clock(), settings),
                datum=datum,
                patience=alerts.patience,
                clock=clock,
            )
        )
        sources = replace(
            _billing_sources(permits, registry, history, keeper),
            streets=lambda window: _streets(zones.current(window.start)),
            permit=lambda ident, version: life.get(ident, version=version),
        )
        billing = BillingService(
            pool,
            clock,
            sources,
            court.judge,
            seller=seller,
            bureau=Bureau(schemas=settings.pes_schemas, codes=settings.pes_codes),
            plan=Plan(
                mode=settings.billing_runs,
                after_days=settings.billing_run_days,
                grace_days=settings.billing_grace_days,
            ),
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
            replays=ReplayService(pool, archive(zones, switches, billing, city)),
            life=life,
            audit=AuditService(pool, clock),
            sweeper=SweepService(pool, life, city, lambda: keeper.rulebook().zones),
            keeper=keeper,
        )


def _nothing_held(_since: datetime) -> frozenset[Held]:
    return frozenset()


def _nothing_held_by(_permits: object, _since: datetime) -> tuple[Holding, ...]:
    return ()


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
        corrected=history.corrected,
        open_visits=lambda window: _open(history, window),
    )


def _open(history: HistoryService, window: Window) -> Mapping[OperatorId, int]:
    return history.open_visits(window.start, window.end) if window.start and window.end else {}


def _streets(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    return tuple(each for each in zones if each.street_category is not None)


def _within(
    read: Callable[[datetime, datetime], tuple[Permit, ...]], window: Window
) -> tuple[Permit, ...]:
    return read(window.start, window.end) if window.start and window.end else ()
