"""Fetch, meter, price, draft, issue, explain: the billing of a period and the proof of a line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing.accounts import Accounts
from billing.correcting import Corrections
from billing.disputing import Disputes
from billing.explaining import WORDS, formula, line_formula
from billing.judging.report import Judge
from billing.model import (
    BillingPeriod,
    Fault,
    Fee,
    Invoice,
    Seller,
    Usage,
    UsageSource,
)
from billing.moving import SERIES, NoSuchInvoice, no_invoice, working
from billing.planning import UNPLANNED, Plan
from billing.prices import Tariff
from billing.proof import ExplainedFee, Explanation
from billing.published import Published
from billing.publishing import publishable
from billing.reviewing import Reviews
from billing.running import Runs, Sources, record_usage
from billing.runs import Run
from billing.scheduling import Schedule
from billing.sellers import PARIS
from billing.stating import ContradictedStatement, InvalidStatement, Statement, stated
from billing.store import accounts as account_store
from billing.store import exports as export_store
from billing.store import invoices as invoice_store
from billing.store import tariffs as tariff_store
from billing.store import usage as usage_store
from billing.store.invoices import InvoiceFilter
from billing.store.usage import UsageFilter
from billing.treasury import UNTOLD, Bureau, Treasury
from billing.untitled import Untitled, require_whole, untitled_uses
from billing.verification import faults
from billing.versions import followed, valid_at
from permits.model import Permit
from permits.parties import OperatorId
from telemetry.kept.evidence import VisitEvidence
from telemetry.model import VehicleKey, VisitId
from zones.periods import Window

INSTANT = timedelta(microseconds=1)


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
        bureau: Bureau = UNTOLD,
        plan: Plan = UNPLANNED,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._sources = sources
        self.seller = seller
        self.accounts = Accounts(pool, clock, judge, grace_days=plan.grace_days)
        self.reviews = Reviews(pool, clock, grace_days=plan.grace_days)
        self.disputes = Disputes(pool, clock, self.accounts.claims)
        self.corrections = Corrections(pool, clock, self.accounts.claims)
        self.treasury = Treasury(pool, bureau)
        self._published = Published(pool)
        self._runs = Runs(pool, clock, sources, seller=seller)
        self.schedule = Schedule(pool, clock, self._runs, plan)

    def run(self, period: BillingPeriod, *, dry: bool = False) -> Run:
        """Meter, price and draft a period that is over; running again changes nothing twice."""
        return self._runs.run(period, dry=dry)

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

    def lines(
        self, period: BillingPeriod, operator: OperatorId | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Go through the lines issued for a month, as the rows of `export.lines`."""
        return export_store.lines(self._pool, period, operator)

    def entered(self) -> tuple[str, ...]:
        """Return the months in which something was entered into the books."""
        with self._pool.connection() as connection:
            return export_store.entered(connection)

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

    def explain(
        self,
        number: str,
        line_number: int,
        *,
        limit: int = 50,
        skip: int = 0,
        positions: int | None = None,
    ) -> Explanation:
        """Walk from a line back to positions; of a long line, so many uses, after some to skip.

        With `positions` about so many are told, those of both ends of each visit.
        """
        invoice = self.invoice(number)
        line = next((each for each in invoice.lines if each.number == line_number), None)
        if line is None:
            msg = f"invoice {number} has no line {line_number}, it has {len(invoice.lines)}"
            raise NoSuchInvoice(msg)
        with self._pool.connection() as connection:
            behind = usage_store.behind_line(
                connection, invoice.id, line.number, limit=limit, skip=skip
            )
            versions = tariff_store.all_versions(connection)
        tariffs = {(each.id, each.version): each for each in versions}
        most = None if positions is None else max(2, positions // max(1, len(behind)))
        visits = {usage.visit for _, usage in behind if usage.visit}
        evidence = self._sources.evidence(visits, most) if visits else {}
        return Explanation(
            invoice=invoice,
            line=line,
            formula={lang: line_formula(line, invoice.currency, lang) for lang in WORDS},
            fees=tuple(
                self._explained(fee, usage, tariffs[fee.tariff, fee.tariff_version], evidence)
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
            settled = record_usage(connection, [usage], now)
        if settled.conflicts:
            msg = f"reference: {statement.reference} is known with other content"
            raise ContradictedStatement(msg)
        return usage

    def state_untitled(self, found: Untitled) -> tuple[Usage, ...]:
        """Write down an occupation without title, a use a month; again, it changes nothing."""
        now, operators = self._clock(), self._sources.operators()
        if found.operator not in operators:
            msg = f"operator: {found.operator} is not registered"
            raise InvalidStatement(msg)
        require_whole(found, now)
        streets = self._sources.streets(Window(start=found.start, end=found.end))
        uses = untitled_uses(found, operators[found.operator], streets)
        with working(self._pool) as connection:
            if record_usage(connection, uses, now).conflicts:
                msg = f"reference: {found.reference} is known with other content"
                raise ContradictedStatement(msg)
        return uses

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
                seller=self.seller,
                billed_until=tariff_store.billed_until(connection),
                now=now,
            )
            for tariff in new:
                tariff_store.insert(connection, tariff, by=by, now=now)
        return new

    def _explained(
        self, fee: Fee, usage: Usage, tariff: Tariff, evidence: Mapping[VisitId, VisitEvidence]
    ) -> ExplainedFee:
        return ExplainedFee(
            fee=fee,
            usage=usage,
            tariff=tariff,
            formula={lang: formula(fee, usage, tariff, lang) for lang in WORDS},
            permit=self._permit(usage),
            evidence=evidence.get(usage.visit) if usage.visit else None,
        )

    def _permit(self, usage: Usage) -> Permit | None:
        if usage.source is UsageSource.PERMIT:
            return self._granted(usage)
        if usage.permit is None or usage.permit_version is None:
            return None
        return self._sources.permit(usage.permit, usage.permit_version)

    def _granted(self, usage: Usage) -> Permit | None:
        read = self._sources.occupying if usage.occupied else self._sources.permits
        decided = read(Window(start=usage.at, end=usage.at + INSTANT))
        return next((permit for permit in decided if permit.id == usage.permit), None)


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
