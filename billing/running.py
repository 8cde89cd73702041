"""What does a month owe? Meter what was used, price it, draft it: once, however often it is run.

What came late or was corrected changes an open month by itself. After the issue it is drafted anew,
as a supplement on its own month, or proposed as a credit.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from psycopg_pool import ConnectionPool

from billing.fees import price
from billing.invoices import apart, draft
from billing.life.corrections import credit_drafts
from billing.metering import Settled, meter, settle
from billing.model import BillingPeriod, Fee, Invoice, Seller, Usage, UsageId
from billing.moving import Connection, working
from billing.periods import is_over
from billing.prices import Tariff
from billing.reads import read_uses
from billing.runs import Run
from billing.store import corrections as correction_store
from billing.store import invoices as invoice_store
from billing.store import reads as read_store
from billing.store import tariffs as tariff_store
from billing.store import usage as usage_store
from billing.superseding import by_late_positions
from permits.model import Permit, PermitId
from permits.parties import Operator, OperatorId, Vehicle
from telemetry.kept.evidence import VisitEvidence
from telemetry.model import VehicleKey, Visit, VisitId
from zones.model import Zone, ZoneId
from zones.periods import Window


class PeriodNotOver(Exception):
    """A period that can still grow: it is not billed yet."""


class UnknownDebtor(LookupError):
    """An operator with fees whom the registry no longer knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What billing asks of its neighbours; each call reads what they know now.

    `evidence` of visits comes with all their positions, or so many of both ends of each.
    `visits`, `permits` and `occupying` give at least those entered, decided, in place in a window;
    `free` names the permits, of some, that are granted without a fee. `corrected` are the visits
    of a window that late positions changed since, and whether they are visits still. `streets` are
    the zones that state a category of streets and were the law in a window. `open_visits` counts
    what began in a window and is not over yet. `permit` is a permit as a version of it stood.
    """

    visits: Callable[[Window], Iterable[Visit]]
    permits: Callable[[Window], Iterable[Permit]]
    operators: Callable[[], Mapping[OperatorId, Operator]]
    evidence: Callable[[Collection[VisitId], int | None], Mapping[VisitId, VisitEvidence]]
    zone_names: Callable[[], Mapping[ZoneId, str]] = dict
    vehicles: Callable[[], Mapping[VehicleKey, Vehicle]] = dict
    occupying: Callable[[Window], Iterable[Permit]] = lambda _period: ()
    free: Callable[[Collection[PermitId]], Collection[PermitId]] = lambda _permits: ()
    corrected: Callable[[Window], Mapping[VisitId, bool]] = lambda _period: {}
    streets: Callable[[Window], Sequence[Zone]] = lambda _period: ()
    permit: Callable[[PermitId, int], Permit | None] = lambda _permit, _version: None
    open_visits: Callable[[Window], Mapping[OperatorId, int]] = lambda _period: {}


class Runs:
    """Runs months over what billing's neighbours know."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        sources: Sources,
        *,
        seller: Seller,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._sources = sources
        self._seller = seller

    def run(self, period: BillingPeriod, *, dry: bool = False) -> Run:
        """Meter, price and draft a period that is over; running again changes nothing twice."""
        now = self._clock()
        if not is_over(period, now):
            msg = f"period: {period.label} is not over, it can still grow"
            raise PeriodNotOver(msg)
        operators = self._sources.operators()
        visits = tuple(self._sources.visits(period.window))
        metered = meter(
            visits,
            tuple(self._sources.permits(period.window)),
            operators,
            period.window,
            self._sources.occupying(period.window),
            vehicles=self._sources.vehicles(),
            streets=self._sources.streets(period.window),
        )
        corrected = self._sources.corrected(period.window)
        strangers = sum(
            visit.vehicle.operator not in operators and period.window.holds(visit.entered_at)
            for visit in visits
        )
        still_open = self._sources.open_visits(period.window)
        with working(self._pool, dry=dry) as connection:
            read = read_uses(read_store.of_period(connection, period), operators)
            known = record_usage(connection, (*metered, *read), now)
            settled = by_late_positions(connection, known, corrected, now)
            run = self._drafted(connection, period, settled, operators, strangers)
        known_open = (number for who, number in still_open.items() if who in operators)
        return replace(run, open_visits=sum(known_open))

    def _drafted(
        self,
        connection: Connection,
        period: BillingPeriod,
        settled: Settled,
        operators: Mapping[OperatorId, Operator],
        strangers: int,
    ) -> Run:
        """Price what is known of a period and put its drafts in the place of those there were."""
        now = self._clock()
        tariffs = tariff_store.all_versions(connection)
        begun = usage_store.usage_of(connection, period.window)
        held = {usage.permit for usage in begun if usage.permit is not None}
        known = usage_store.fees_of(connection, period.window)
        fees = price(begun, tariffs, self._sources.free(held), known)
        fees_new = usage_store.insert_fees(connection, fees, now)
        unclaimed = usage_store.unclaimed(connection, period.window)
        issued = invoice_store.numbers(connection, period)
        uses = {usage.id: usage for usage in begun}
        drafts = self._drafts(unclaimed, period, operators, tariffs, issued=issued, uses=uses)
        invoice_store.replace_drafts(connection, period, drafts, now)
        priced = {fee.usage for fee in (*known, *fees)}
        return Run(
            period=period,
            usages_new=len(settled.new),
            usages_known=len(settled.known),
            fees_new=fees_new,
            unpriced=sum(usage.id not in priced for usage in begun),
            unattributed=strangers,
            conflicts=tuple(sorted({usage.key for usage in settled.conflicts})),
            drafts=drafts,
            credits=tuple(credit_drafts(correction_store.wrong_lines(connection))),
        )

    def _drafts(
        self,
        fees: Iterable[Fee],
        period: BillingPeriod,
        operators: Mapping[OperatorId, Operator],
        tariffs: Sequence[Tariff],
        *,
        issued: invoice_store.Issued,
        uses: Mapping[UsageId, Usage],
    ) -> tuple[Invoice, ...]:
        names: Mapping[ZoneId, str] = self._sources.zone_names()
        drafts: list[Invoice] = []
        for ident, group in groupby(fees, key=lambda fee: fee.operator):
            if ident not in operators:
                msg = f"operator {ident} has fees of {period.label} and is not in the registry"
                raise UnknownDebtor(msg)
            drafts += (
                draft(
                    of_one,
                    operators[ident],
                    period,
                    tariffs,
                    seller=self._seller,
                    zone_names=names,
                    supplements=issued.get((ident, taxed), ()),
                    uses=uses,
                )
                for taxed, of_one in apart(group, tariffs)
            )
        return tuple(each for each in drafts if each.total)


def record_usage(connection: Connection, metered: Sequence[Usage], now: datetime) -> Settled:
    """Write new usage down, and keep what contradicts the known."""
    known = usage_store.fingerprints(connection, [usage.key for usage in metered])
    settled = settle(metered, known)
    usage_store.insert_usages(connection, settled.new, now)
    usage_store.insert_conflicts(connection, settled.conflicts, now)
    return settled
