"""Fetch, meter, price, draft, issue, explain: the billing of a period and the proof of a line."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing.accounts import SERIES, Accounts, NoSuchInvoice, no_invoice
from billing.explaining import formula, line_formula
from billing.fees import price
from billing.invoices import draft
from billing.judging.report import Judge
from billing.metering import Settled, meter, settle
from billing.model import (
    BillingPeriod,
    Fault,
    Fee,
    Invoice,
    Run,
    Seller,
    Usage,
    UsageSource,
)
from billing.periods import is_over
from billing.prices import Tariff
from billing.proof import ExplainedFee, Explanation
from billing.published import Published
from billing.publishing import publishable
from billing.sellers import PARIS
from billing.stating import ContradictedStatement, InvalidStatement, Statement, stated
from billing.store import accounts as account_store
from billing.store import invoices as invoice_store
from billing.store import tariffs as tariff_store
from billing.store import usage as usage_store
from billing.store.invoices import InvoiceFilter
from billing.store.usage import Connection, UsageFilter
from billing.verification import faults
from billing.versions import followed, valid_at
from permits.model import Permit, PermitId
from permits.parties import Operator, OperatorId, Vehicle
from telemetry.kept.evidence import VisitEvidence
from telemetry.model import VehicleKey, Visit, VisitId
from zones.model import ZoneId
from zones.periods import Window

INSTANT = timedelta(microseconds=1)


class PeriodNotOver(Exception):
    """A period that can still grow: it is not billed yet."""


class UnknownDebtor(LookupError):
    """An operator with fees whom the registry no longer knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What billing asks of its neighbours; each call reads what they know now.

    `visits`, `permits` and `occupying` give at least those entered, decided, in place in a window;
    `free` names the permits, of some, that are granted without a fee.
    """

    visits: Callable[[Window], Iterable[Visit]]
    permits: Callable[[Window], Iterable[Permit]]
    operators: Callable[[], Mapping[OperatorId, Operator]]
    evidence: Callable[[VisitId], VisitEvidence | None]
    zone_names: Callable[[], Mapping[ZoneId, str]] = dict
    vehicles: Callable[[], Mapping[VehicleKey, Vehicle]] = dict
    occupying: Callable[[Window], Iterable[Permit]] = lambda _period: ()
    free: Callable[[Collection[PermitId]], Collection[PermitId]] = lambda _permits: ()


class BillingService:
    """Bills periods, issues claims, and shows what each rests on."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        sources: Sources,
        judge: Judge,
        *,
        seller: Seller = PARIS,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._sources = sources
        self.seller = seller
        self.accounts = Accounts(pool, clock, judge)
        self._published = Published(pool)

    def run(self, period: BillingPeriod) -> Run:
        """Meter, price and draft a period that is over; running again changes nothing twice."""
        now = self._clock()
        if not is_over(period, now):
            msg = f"period: {period.label} is not over, it can still grow"
            raise PeriodNotOver(msg)
        operators = self._sources.operators()
        visits = tuple(self._sources.visits(period.window))
        permits = tuple(self._sources.permits(period.window))
        places = self._sources.occupying(period.window)
        vehicles = self._sources.vehicles()
        metered = meter(visits, permits, operators, period.window, places, vehicles=vehicles)
        strangers = [
            visit
            for visit in visits
            if visit.vehicle.operator not in operators and period.window.holds(visit.entered_at)
        ]
        with self._pool.connection() as connection:
            invoice_store.lock_chain(connection, SERIES)
            settled = _record_usage(connection, metered, now)
            tariffs = tariff_store.all_versions(connection)
            begun = usage_store.usage_of(connection, period.window)
            held = {usage.permit for usage in begun if usage.permit is not None}
            known = usage_store.fees_of(connection, period.window)
            fees = price(begun, tariffs, self._sources.free(held), known)
            fees_new = usage_store.insert_fees(connection, fees, now)
            unclaimed = usage_store.unclaimed(connection, period.window)
            drafts = self._drafts(unclaimed, period, operators, tariffs)
            invoice_store.replace_drafts(connection, period, drafts, now)
        priced = {fee.usage for fee in (*known, *fees)}
        return Run(
            period=period,
            usages_new=len(settled.new),
            usages_known=len(settled.known),
            fees_new=fees_new,
            unpriced=sum(usage.id not in priced for usage in begun),
            unattributed=len(strangers),
            conflicts=tuple(sorted({usage.key for usage in settled.conflicts})),
            drafts=drafts,
        )

    def issue(self, invoice_id: UUID, *, by: str, key: str = "") -> Invoice:
        """Give a draft its number; the same idempotency key may ask again."""
        (issued,) = self.accounts.issue([invoice_id], by=by, key=key)
        return issued

    def invoices(self, wanted: InvoiceFilter) -> tuple[Invoice, ...]:
        """List invoices, newest period first."""
        with self._pool.connection() as connection:
            return invoice_store.page(connection, wanted)

    def every_invoice(self, wanted: InvoiceFilter) -> Iterator[Invoice]:
        """Go through all invoices asked for, a page at a time."""
        page = self.invoices(wanted)
        while page:
            yield from page
            page = self.invoices(replace(wanted, after=page[-1].id))

    def invoice(self, name: str) -> Invoice:
        """Return an invoice by its id or its number."""
        with self._pool.connection() as connection:
            ident = _uuid(name)
            found = (
                invoice_store.by_id(connection, ident)
                if ident
                else invoice_store.by_number(connection, name)
            )
        if found is None:
            raise no_invoice(name)
        return found

    def usage(self, wanted: UsageFilter) -> list[tuple[Usage, list[dict[str, str]]]]:
        """List usage with the fees it led to, newest first."""
        with self._pool.connection() as connection:
            return usage_store.page(connection, wanted)

    def explain(self, number: str, line_number: int, *, limit: int = 50) -> Explanation:
        """Walk from a line back to positions; of a long line, the first uses."""
        invoice = self.invoice(number)
        line = next((each for each in invoice.lines if each.number == line_number), None)
        if line is None:
            msg = f"invoice {number} has no line {line_number}, it has {len(invoice.lines)}"
            raise NoSuchInvoice(msg)
        with self._pool.connection() as connection:
            behind = usage_store.behind_line(connection, invoice.id, line.number, limit)
            versions = tariff_store.all_versions(connection)
        tariffs = {(each.id, each.version): each for each in versions}
        return Explanation(
            invoice=invoice,
            line=line,
            formula=line_formula(line, invoice.currency),
            fees=tuple(
                self._explained(fee, usage, tariffs[fee.tariff, fee.tariff_version])
                for fee, usage in behind
            ),
        )

    def verify(self) -> tuple[Fault, ...]:
        """Reckon again everything that was issued; nothing to tell means that all agrees."""
        with self._pool.connection() as connection:
            issued = invoice_store.chain(connection)
            found = faults(
                issued,
                account_store.credit_notes(connection),
                invoice_store.counters(connection),
                invoice_store.heads(connection),
            )
            sums = invoice_store.recomputed(connection)
        return (
            found
            + self.accounts.verify()
            + tuple(
                Fault(number=row["number"], reason=f"line {row['line']} is not the sum of its fees")
                for row in sums
            )
        )

    def state(self, statement: Statement) -> Usage:
        """Write down a voyage or data read; again, it changes nothing."""
        now, operators = self._clock(), self._sources.operators()
        if statement.operator not in operators:
            msg = f"operator: {statement.operator} is not registered"
            raise InvalidStatement(msg)
        named = VehicleKey(statement.operator, statement.vehicle) if statement.vehicle else None
        vehicle = self._sources.vehicles().get(named) if named else None
        usage = stated(statement, operators[statement.operator], vehicle, now=now)
        with self._pool.connection() as connection:
            invoice_store.lock_chain(connection, SERIES)
            settled = _record_usage(connection, [usage], now)
        if settled.conflicts:
            msg = f"reference: {statement.reference} is known with other content"
            raise ContradictedStatement(msg)
        return usage

    def tariffs(self, at: datetime | None = None) -> tuple[Tariff, ...]:
        """Return the published prices: all versions, or those at an instant."""
        versions = self._published.versions()
        return versions if at is None else valid_at(versions, at)

    def tariffs_known(self, known_at: datetime) -> tuple[Tariff, ...]:
        """Return the published prices as they were known at an instant."""
        with self._pool.connection() as connection:
            return followed(tariff_store.known(connection, known_at))

    def publish(self, tariffs: Sequence[Tariff], *, by: str) -> tuple[Tariff, ...]:
        """Publish tariff versions, all or none; return those that are new."""
        now = self._clock()
        with self._pool.connection() as connection:
            invoice_store.lock_chain(connection, SERIES)
            new = publishable(
                tariffs,
                tariff_store.all_versions(connection),
                billed_until=tariff_store.billed_until(connection),
                now=now,
            )
            for tariff in new:
                tariff_store.insert(connection, tariff, by=by, now=now)
        return new

    def _drafts(
        self,
        fees: Iterable[Fee],
        period: BillingPeriod,
        operators: Mapping[OperatorId, Operator],
        tariffs: Sequence[Tariff],
    ) -> tuple[Invoice, ...]:
        names, drafts = self._sources.zone_names(), []
        for ident, group in groupby(fees, key=lambda fee: fee.operator):
            if ident not in operators:
                msg = f"operator {ident} has fees of {period.label} and is not in the registry"
                raise UnknownDebtor(msg)
            drafted = draft(
                group, operators[ident], period, tariffs, seller=self.seller, zone_names=names
            )
            if drafted.total:
                drafts.append(drafted)
        return tuple(drafts)

    def _explained(self, fee: Fee, usage: Usage, tariff: Tariff) -> ExplainedFee:
        return ExplainedFee(
            fee=fee,
            usage=usage,
            tariff=tariff,
            formula=formula(fee, usage, tariff),
            permit=self._granted(usage) if usage.source is UsageSource.PERMIT else None,
            evidence=self._sources.evidence(usage.visit) if usage.visit else None,
        )

    def _granted(self, usage: Usage) -> Permit | None:
        read = self._sources.occupying if usage.occupied else self._sources.permits
        decided = read(Window(start=usage.at, end=usage.at + INSTANT))
        return next((permit for permit in decided if permit.id == usage.permit), None)


def _record_usage(connection: Connection, metered: Sequence[Usage], now: datetime) -> Settled:
    known = usage_store.fingerprints(connection, [usage.key for usage in metered])
    settled = settle(metered, known)
    usage_store.insert_usages(connection, settled.new, now)
    usage_store.insert_conflicts(connection, settled.conflicts, now)
    return settled


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
