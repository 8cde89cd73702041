"""What follows from a batch, given where every vehicle stands: verdicts, visits, alerts?"""

from collections import ChainMap
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telemetry.alerts import Alerted, Situations, alert
from telemetry.counting import Counts
from telemetry.following.corrections import Late
from telemetry.following.fleet import Fleet
from telemetry.following.stands import Stand
from telemetry.intake.leaps import NO_LEAPS, Elsewhere, Leaps, Strays, leaps
from telemetry.judging import judge
from telemetry.lodging.asking import Moved
from telemetry.lodging.lodgers import Lodgers, Lodgings
from telemetry.lodging.lodging import lodge
from telemetry.model import (
    NO_OBSERVATIONS,
    Observations,
    Reason,
    VehicleKey,
    VerdictKind,
    Verdicts,
    Visit,
)
from telemetry.rulebook import Rulebook
from telemetry.silences import Listening, hush, never_looked
from telemetry.together.company import ALL_ALONE, Company
from telemetry.together.encounters import Met, company_of, meet, part
from telemetry.together.witnesses import Accounts, Compared, compare
from telemetry.told import Alert
from telemetry.tracks import advance, silence
from telemetry.vanishing import vanish
from telemetry.watched.live_batch import LiveBatch, live, only, recent
from zones.columns import Instants

# As numbers: a column is compared with an enum's member ten times slower.
COMPLIANT, NO_REASON = int(VerdictKind.COMPLIANT), int(Reason.NONE)
MOST_STRAYS = 10_000
NOTHING_ALERTED = Alerted(situations={}, alerts=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """Where vehicles now stand that moved, the visits that ended, and what people now are told."""

    stand: Stand
    situations: dict[VehicleKey, Situations]
    visits: tuple[Visit, ...]
    alerts: tuple[Alert, ...]
    news: LiveBatch
    company: Company = ALL_ALONE
    accounts: dict[VehicleKey, Accounts] = field(default_factory=dict)
    verdicts: Verdicts | None = None
    late: dict[VehicleKey, Late] = field(default_factory=dict)
    looked_ms: Instants | None = None
    lodgings: dict[VehicleKey, Lodgings] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """Return how much of what it came to."""
        counts = Counts(visits=len(self.visits), alerts_told=len(self.alerts))
        return counts if self.verdicts is None else counts.judged(self.verdicts)


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where vehicles stand, and the situations people are or may be told of, while they go on."""

    fleet: Fleet = field(default_factory=Fleet)
    situations: dict[VehicleKey, Situations] = field(default_factory=dict)
    company: Company = ALL_ALONE
    witnesses: dict[VehicleKey, Accounts] = field(default_factory=dict)
    looked_ms: Instants = field(default_factory=never_looked)
    strays: dict[VehicleKey, Elsewhere] = field(default_factory=dict)
    late: dict[VehicleKey, Late] = field(default_factory=dict)
    rest: dict[VehicleKey, datetime] = field(default_factory=dict)
    lodgers: Lodgers = field(default_factory=Lodgers)

    def __post_init__(self) -> None:
        """Know who is close to others, as after a restart."""
        self.company = company_of(self.situations)

    def newest(self, vehicles: tuple[VehicleKey, ...]) -> NDArray[Any]:
        """Return where these vehicles were last by their own word, as `Fleet` knows the others."""
        newest = self.fleet.newest(vehicles)
        for row, vehicle in enumerate(vehicles) if self.witnesses else ():
            if vehicle in self.witnesses:
                own = self.witnesses[vehicle].own
                newest["known"][row] = own is not None
                if own is not None:
                    newest["at_ms"][row], newest["h_acc_m"][row] = own.at_ms, own.h_acc_m
                    newest["lon"][row], newest["lat"][row] = own.lon, own.lat
        return newest

    def leaps(self, batch: Observations, rows: NDArray[np.intp], rulebook: Rulebook) -> Leaps:
        """Say which of a batch's rows are too far from where their vehicles were."""
        if not len(rows):
            return NO_LEAPS
        newest = self.newest(batch.vehicles)
        return leaps(batch, rows, newest, self.strays, rulebook.believed_mps(batch))

    def stray(self, strays: Strays) -> None:
        """Remember where vehicles were seen that are not believed to be there, the last ones."""
        for vehicle, elsewhere in strays.items():
            self.strays.pop(vehicle, None)
            self.strays[vehicle] = elsewhere
        for vehicle in list(self.strays)[:-MOST_STRAYS]:
            del self.strays[vehicle]

    def settle(self, outcome: Consequences | None, strays: Strays) -> None:
        """Go on from what a batch came to, if any of it is believed."""
        self.stray(strays)
        if outcome is not None:
            self.adopt(outcome)

    def due(self, now: datetime) -> list[VehicleKey]:
        """Return whose late positions are to be put in their place now, who waits longest first."""
        self.rest = {vehicle: until for vehicle, until in self.rest.items() if until > now}
        return [vehicle for vehicle in self.late if vehicle not in self.rest]

    def put_right(self, vehicle: VehicleKey, stand: Stand | None, rest: datetime) -> None:
        """Go on from where a vehicle stands once what came late is in its place; let it rest."""
        del self.late[vehicle]
        self.rest[vehicle] = rest
        if stand is not None:
            self.fleet.adopt(stand)

    def adopt(self, outcome: Consequences) -> None:
        """Go on from what a batch came to."""
        self.fleet.adopt(outcome.stand)
        self.lodgers.adopt(outcome.lodgings)
        for vehicle, late in outcome.late.items():
            self.late[vehicle] = self.late.get(vehicle, late).and_also(late)
        self.company = outcome.company
        self.witnesses.update(outcome.accounts)
        if outcome.looked_ms is not None:
            self.looked_ms = outcome.looked_ms
        for vehicle, situations in outcome.situations.items():
            self.go_on(vehicle, situations)

    def go_on(self, vehicle: VehicleKey, situations: Situations | None) -> None:
        """Go on from what is, or is no more, amiss with a vehicle."""
        if situations is not None and situations.ongoing:
            self.situations[vehicle] = situations
        else:
            self.situations.pop(vehicle, None)


def consequences(
    standing: Standing,
    batch: Observations,
    ids: NDArray[np.int64],
    rulebook: Rulebook,
    now: datetime,
) -> Consequences:
    """Judge a batch, move the tracks on by it, and alert of what is not yet history."""
    judged = judge(batch, rulebook)
    advanced = advance(standing.fleet, batch, judged, rulebook, ids)
    moved = Moved(batch, ids, judged, advanced.visits, advanced.news, standing.fleet.newest)
    lodged = lodge(standing.lodgers, moved, rulebook)
    verdicts, fresh = lodged.verdicts, recent(batch, now)
    alerted = _alerted(standing, batch, verdicts, advanced.news & fresh, rulebook)
    met = _met(standing, alerted, batch, judged, advanced.news & fresh, rulebook)
    situations = {**alerted.situations, **met.situations}
    compared = _compared(standing, situations, batch, advanced.news & fresh, rulebook)
    alerts = (*alerted.alerts, *met.alerts, *compared.alerts)
    return Consequences(
        stand=advanced.stand,
        situations={**situations, **compared.situations},
        visits=advanced.visits,
        alerts=alerts,
        company=met.company,
        accounts=compared.accounts,
        verdicts=verdicts,
        late=_late(standing, batch, ids, advanced.news),
        lodgings=lodged.changed,
        news=replace(live(batch, ids, verdicts, rulebook, fresh), alerts=alerts),
    )


def _late(
    standing: Standing, batch: Observations, ids: NDArray[np.int64], news: NDArray[np.bool_]
) -> dict[VehicleKey, Late]:
    """Return whose fixes are older than one before them, by vehicle."""
    if news.all():
        return {}
    at_ms, vehicle = batch.positions.at_ms, batch.vehicle
    newest = standing.fleet.newest(batch.vehicles)[vehicle]
    found: dict[VehicleKey, Late] = {}
    # What a vehicle's track includes already is no news, but did not come late for that.
    for row in np.flatnonzero(~news & (ids > newest["observation"])).tolist():
        before = at_ms[:row][vehicle[:row] == vehicle[row]]
        if at_ms[row] < before.max(initial=newest["at_ms"][row]):
            key, one = batch.vehicles[vehicle[row]], Late(at_ms.item(row), ids.item(row))
            found[key] = found.get(key, one).and_also(one)
    return found


def _alerted(
    standing: Standing,
    batch: Observations,
    verdicts: Verdicts,
    news: NDArray[np.bool_],
    rulebook: Rulebook,
) -> Alerted:
    """Alert of what is new about vehicles with which something is, or in this batch goes, amiss."""
    known = standing.situations
    amiss = np.zeros(len(batch.vehicles), bool)
    if known:
        amiss[:] = [vehicle in known for vehicle in batch.vehicles]
    unclear = (verdicts.kind != COMPLIANT) & (verdicts.reason != NO_REASON)
    if unclear.any():
        amiss[batch.vehicle[verdicts.observation[unclear]]] = True
    elif not known:
        return NOTHING_ALERTED
    telling = news & amiss[batch.vehicle]
    if not telling.any():
        return NOTHING_ALERTED
    rows = np.flatnonzero(telling)
    return alert(known, batch.take(rows), only(verdicts, telling), rulebook)


def _met(  # noqa: PLR0917 - one for each thing it goes on from
    standing: Standing,
    alerted: Alerted,
    batch: Observations,
    verdicts: Verdicts,
    news: NDArray[np.bool_],
    rulebook: Rulebook,
) -> Met:
    """Tell who came too near to whom, where a zone asks for a distance."""
    if rulebook.separations_m is None and not standing.company.close:
        return Met(company=ALL_ALONE, situations={}, alerts=())
    known = ChainMap(alerted.situations, standing.situations)
    newest = batch.take(np.flatnonzero(news))
    return meet(standing.company, known, newest, only(verdicts, news), rulebook)


def _compared(
    standing: Standing,
    situations: dict[VehicleKey, Situations],
    batch: Observations,
    news: NDArray[np.bool_],
    rulebook: Rulebook,
) -> Compared:
    """Tell of vehicles that the city's receivers hear elsewhere than they say."""
    unwitnessed = not standing.witnesses
    if unwitnessed and {key.operator for key in batch.vehicles}.issuperset(batch.senders):
        return Compared(accounts={}, situations={}, alerts=())
    known = ChainMap(situations, standing.situations)
    return compare(standing.witnesses, known, batch.take(np.flatnonzero(news)), rulebook)


def quiet(
    standing: Standing, rulebook: Rulebook, now: datetime, since: datetime | None = None
) -> Consequences:
    """Tell of vehicles unheard where a permit runs or is asked for; end their stays and alerts.

    `since` is from when on we listen.
    """
    now_ms = round(now.timestamp() * 1000)
    since_ms = 0 if since is None else round(since.timestamp() * 1000)
    ended = silence(standing.fleet, now, rulebook, since_ms)
    parted = part(standing.company, standing.situations, ended.stand.vehicles)
    known = ChainMap(parted.situations, standing.situations)
    vanished = vanish(standing.fleet, known, rulebook, (now_ms, since_ms))
    known = known.new_child(vanished.situations)
    listening = Listening(now_ms, since_ms, standing.looked_ms)
    hushed = hush(standing.fleet, known, rulebook, listening)
    alerts = (*parted.alerts, *vanished.alerts, *hushed.alerts)
    return Consequences(
        stand=ended.stand,
        situations={**parted.situations, **vanished.situations, **hushed.situations},
        visits=ended.visits,
        alerts=alerts,
        company=parted.company,
        looked_ms=hushed.looked_ms,
        news=LiveBatch(
            observations=NO_OBSERVATIONS,
            ids=np.empty(0, np.int64),
            verdicts=judge(NO_OBSERVATIONS, rulebook),
            rulebook=rulebook,
            alerts=alerts,
        ),
    )
