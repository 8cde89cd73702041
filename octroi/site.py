"""Which routes does an installation serve, and who may call them?"""

from collections.abc import Callable
from uuid import UUID

import msgspec
from fastapi import FastAPI

from billing import api as billing
from billing import tariff_api
from billing.periods import month_before
from billing.scheduling import Schedule
from octroi import metrics
from octroi.app import Health, application, author
from octroi.auditing import audited, noted, owners_of
from octroi.interop import interfaces_for_tests
from octroi.prices import price_lists
from octroi.records import Records
from octroi.sessions import Sessions
from octroi.web import api as web
from octroi.web import invoices as claims
from octroi.web import register as registered
from octroi.web import statistics as shown
from octroi.web.api import LiveMap
from octroi.web.page import build as map_page
from octroi.wiring import Installation
from permits.api import audit, documents, keys, moves, permits, register, registry, replays, rules
from permits.identity.guard import anyone, bearers, behind_wall, someone, visible_operator
from permits.parties import Caller, Role
from permits.search import Search
from telemetry.api import routes as telemetry
from telemetry.api import statistics
from telemetry.watched.views import View
from telemetry.webhooks import api as webhooks
from zones.api import ogc, presence, publishing, reading, switches
from zones.exporting import export
from zones.formats.writing import WrittenFormat

VISITOR = Caller(role=Role.INSPECTOR, name="demonstration")


def site(installed: Installation, deciders: Callable[[], int] = lambda: 0) -> FastAPI:
    """Return the app of an installation; `deciders` tells how many processes decide beside it."""
    parts, settings = installed.records, installed.settings
    sessions = Sessions(installed.access.caller, installed.clock)
    access = installed.access
    known = anyone(bearers(access.caller, installed.tokens), sessions.caller, access.at_hand)
    who = audited(someone(known), parts.audit, owners_of(parts))
    own = behind_wall(who)
    return application(
        [
            publishing.router(parts.zones, author(who)),
            switches.router(parts.switches, author(who)),
            presence.router(
                lambda: parts.keeper.rulebook().index,
                installed.clock,
                lambda: month_before(installed.clock()).window.start or installed.clock(),
                parts.law,
            ),
            reading.router(parts.zones),
            ogc.router(parts.features),
            permits.router(parts.permits, parts.life, who=who, anyone=known),
            moves.router(parts.life, who=who),
            replays.router(parts.replays, who=who),
            register.router(parts.permits),
            rules.router(),
            registry.router(parts.registry, who=who),
            documents.router(parts.registry, who=who),
            keys.router(installed.access, who=who),
            audit.router(parts.audit, who=who),
            telemetry.router(
                telemetry.Services(
                    history=parts.history,
                    alerts=parts.alerts,
                    hub=installed.hub,
                    clocks=installed.meters.clocks,
                    take=lambda messages: installed.pipeline.take(messages).receipts,
                    clock=installed.clock,
                    share=installed.settings.intake_share,
                ),
                who=own,
            ),
            statistics.router(parts.housekeeping, anyone=known, clock=installed.clock),
            webhooks.router(parts.webhooks, who=who),
            billing.router(parts.billing, own),
            tariff_api.router(parts.billing, price_lists(parts, installed.clock), who),
            shown.router(
                parts.housekeeping, parts.keeper.zone_names, installed.clock, settings.language
            ),
            web.router(
                LiveMap(page=map_page(), first=lambda caller: _first(installed, caller)),
                sessions.sign_in,
                sessions.caller,
                _opening(sessions, open_map=settings.open_map),
                settings.language,
            ),
            registered.router(lambda number: _is_registered(parts, number), settings.language),
            claims.router(sessions.caller, settings.language),
            metrics.router(installed.meters, _standing(installed, deciders), settings.metrics_from),
            *interfaces_for_tests(parts, settings, installed.clock),
        ],
        static=web.static_app(),
        health=Health(
            checks=(lambda: _database(installed), lambda: _broker(installed)),
            counts=lambda: _losses(installed),
        ),
        body_limit_bytes=settings.body_limit_bytes,
    )


def _first(installed: Installation, caller: Caller) -> bytes:
    """Return the zones that are the law, and where all stands that the caller may see."""
    law = export(installed.records.zones.everything().editions, WrittenFormat.GEOJSON)
    noted(installed.records.audit, caller, "/map")
    live = installed.hub.snapshot(View(operator=visible_operator(caller, None)))
    return msgspec.json.encode({"zones": law.document["features"], "live": live})


def _is_registered(parts: Records, number: UUID) -> bool:
    page, _ = parts.permits.register(Search(permit=number, limit=1))
    return bool(page.permits)


def _opening(sessions: Sessions, *, open_map: bool) -> Callable[[], str | None]:
    """Return how a visitor without a session gets one: only where the map is open to all."""
    return lambda: sessions.lend(VISITOR) if open_map else None


def _database(installed: Installation) -> str:
    with installed.records.pool.connection(timeout=2) as connection:
        connection.execute("SELECT 1")
    return ""


def _broker(installed: Installation) -> str:
    return "" if installed.ingest.connected else "The MQTT broker does not answer."


def _losses(installed: Installation) -> dict[str, int]:
    broker = installed.backing.broker
    oversized = None if broker is None else broker.oversized
    told = {} if oversized is None else {"mqtt_oversized": oversized}
    return {**told, "mqtt_overflowed": installed.ingest.dropped}


def _ran(bills: Schedule) -> float:
    return 0.0 if bills.last_at is None else bills.last_at.timestamp()


def _standing(installed: Installation, deciders: Callable[[], int]) -> metrics.Standing:
    """Return where the parts that are measured stand."""
    ingest, hub, bills = installed.ingest, installed.hub, installed.records.billing.schedule
    return metrics.Standing(
        counts=lambda: installed.pipeline.counters.counts,
        gauges={
            "octroi_queue_messages": ("Messages that wait for the worker", lambda: ingest.waiting),
            "octroi_broker_connected": ("1 while the broker answers", lambda: ingest.connected),
            "octroi_deciders": ("Processes that decide about permits besides", deciders),
            "octroi_billing_run_seconds": (
                "When a month was last run by itself",
                lambda: _ran(bills),
            ),
            "octroi_billing_runs_failing": ("Due runs that failed", lambda: bills.failing),
            "octroi_live_readers": ("Open live streams", lambda: hub.readers),
        },
        losses=lambda: _losses(installed),
        pool=installed.records.pool.get_stats,
    )
