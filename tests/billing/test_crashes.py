"""Numbers survive `kill -9`: workers issue, die anywhere, others go on."""

import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess

import pytest
from psycopg_pool import ConnectionPool

from billing.invoices import AlreadyIssued
from billing.judging.report import Judgement, Written
from billing.moving import NoSuchInvoice
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from permits.parties import VehicleId
from telemetry.model import VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, OCTOBER, visit

WORKERS = 2
DRAFTS_A_KILL = 12


def accept(documents: Sequence[Written]) -> list[tuple[Judgement, ...]]:
    """Accept at once: what is killed here is the numbering, and the judges sit elsewhere."""
    return [(Judgement(judge="nobody", rules=1, objections=()),) for _ in documents]


def issue_what_there_is(database_url: str, seed: int) -> None:
    """Issue drafts in an order of one's own until none is left; somebody else does the same."""
    city = City()
    with ConnectionPool(database_url, min_size=1, max_size=1) as pool:
        service = BillingService(pool, lambda: city.now, city.sources(), accept)
        drafts = list(service.every_invoice(InvoiceFilter(state="draft")))
        random.Random(seed).shuffle(drafts)  # noqa: S311 - an order, not a secret
        for each in drafts:
            try:
                service.issue(each.id, by=f"worker {seed}")
            except (AlreadyIssued, NoSuchInvoice):
                continue


@pytest.fixture
def processes() -> ForkServerContext:
    """Processes that start in milliseconds, each forked from one that has read the code."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, "billing.service"])
    return context


def started(context: ForkServerContext, database_url: str, seed: int) -> ForkServerProcess:
    process = context.Process(target=issue_what_there_is, args=(database_url, seed), daemon=True)
    process.start()
    return process


@pytest.mark.slow
def test_numbers_have_neither_gap_nor_duplicate_however_often_issuers_are_killed(
    service: BillingService,
    city: City,
    processes: ForkServerContext,
    database_url: str,
    pytestconfig: pytest.Config,
) -> None:
    kills = int(pytestconfig.getoption("--kills"))
    for number in range(kills * DRAFTS_A_KILL):
        operator = replace(ALADIN, id=f"op-{number:04d}")  # type: ignore[arg-type]
        city.operators[operator.id] = operator
        key = VehicleKey(operator.id, VehicleId("drone-1"))
        city.visits.append(visit(f"of {operator.id}", vehicle=key))
    drafts = service.run(OCTOBER).drafts
    moment = random.Random(4711)  # noqa: S311 - the same moments every time

    running = [started(processes, database_url, seed) for seed in range(WORKERS)]
    killed_at_work = 0
    for seed in range(WORKERS, WORKERS + kills):
        time.sleep(moment.uniform(0.03, 0.12))
        victim = running.pop(0)
        assert victim.pid is not None
        killed_at_work += victim.is_alive()
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        victim.close()
        running.append(started(processes, database_url, seed))
    for worker in running:
        with closing(worker):
            worker.join()
    issue_what_there_is(database_url, seed=0)

    issued = [each.number for each in service.every_invoice(InvoiceFilter(state="issued"))]
    assert sorted(map(str, issued)) == [f"P-2026-{n:06d}" for n in range(1, len(drafts) + 1)]
    assert service.verify() == ()
    assert killed_at_work > kills // 2, "workers were killed at work, not after it"
    print(  # noqa: T201 - what `make crash` tells
        f"{kills} workers killed, {killed_at_work} of them at work: {len(issued):,} invoices "
        f"numbered 1 to {len(issued):,} without gap or duplicate, chain and books verified"
    )
