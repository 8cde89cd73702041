"""Is a vehicle where it says it is? The city's receivers hear it, too.

Of a vehicle that a receiver hears, the newest fix of its own and the newest heard are compared.
What both accuracies and the time between them allow is no disagreement. Both are kept, as all
fixes are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import msgspec
import numpy as np

from telemetry.alerts import Situations
from telemetry.concern.lasting import Course, Look, lasting
from telemetry.concern.situations import Situation, alert_name
from telemetry.following.stays import instant
from telemetry.model import UNREGISTERED, Observations, Reason, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.together.nearness import MOST_MPS, WITHIN_MS
from telemetry.told import Alert, AlertState
from zones.model import LAYERS
from zones.space.geometry import distance_m


class Account(NamedTuple):
    """Where a vehicle was, as it said itself or as a receiver heard it."""

    at_ms: int
    lon: float
    lat: float
    h_acc_m: float
    speed_mps: float
    layer: int


class Accounts(NamedTuple):
    """A vehicle's newest account of itself, and the newest that a receiver gave."""

    own: Account | None = None
    heard: Account | None = None


Witnesses = Mapping[VehicleKey, Accounts]
_Written = tuple[int, float, float, float, float | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The accounts that changed, the situations that did, and the alerts to be told."""

    accounts: dict[VehicleKey, Accounts]
    situations: dict[VehicleKey, Situations]
    alerts: tuple[Alert, ...]


def compare(
    witnesses: Witnesses,
    situations: Mapping[VehicleKey, Situations],
    batch: Observations,
    rulebook: Rulebook,
) -> Compared:
    """Go on from what was said and heard with a batch of fixes, each the newest of its vehicle."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(batch.senders))}
    senders = np.array([numbers[name] for name in batch.senders], np.int32)
    owners = np.array([numbers.get(key.operator, -1) for key in batch.vehicles], np.int32)
    own = senders[batch.sender] == owners[batch.vehicle]
    known = np.array([key in witnesses for key in batch.vehicles], bool)
    followed = known.copy()
    followed[batch.vehicle[~own]] = True
    strangers = [key.operator == UNREGISTERED for key in batch.vehicles]
    followed &= ~np.array(strangers, bool)
    compared = Compared(accounts={}, situations={}, alerts=())
    told: list[Alert] = []
    for row in np.flatnonzero(followed[batch.vehicle]).tolist():
        key = batch.vehicles[batch.vehicle[row]]
        account, heard = _account(batch, row), not bool(own[row])
        before = compared.accounts.get(key) or witnesses.get(key) or Accounts()
        after = before._replace(heard=account) if heard else before._replace(own=account)
        compared.accounts[key] = after
        old = compared.situations.get(key) or situations.get(key) or Situations(at_ms=0)
        new = _gone_on(old, key, after, account.at_ms, (rulebook, told))
        if new is not old:
            compared.situations[key] = new
    return Compared(accounts=compared.accounts, situations=compared.situations, alerts=tuple(told))


def agree(own: Account, heard: Account) -> bool | None:
    """Tell whether two accounts can both be true; None: too long apart to tell."""
    passed_ms = abs(own.at_ms - heard.at_ms)
    if passed_ms > WITHIN_MS:
        return None
    earlier = own if own.at_ms <= heard.at_ms else heard
    speed = MOST_MPS if np.isnan(earlier.speed_mps) else earlier.speed_mps
    slack = own.h_acc_m + heard.h_acc_m + speed * passed_ms / 1000
    return bool(distance_m(own.lon, own.lat, heard.lon, heard.lat) <= slack)


def to_json(accounts: Accounts) -> str:
    """Write accounts down; a speed that is not known is no number there."""
    return msgspec.json.encode(accounts).decode()


def from_json(text: str | bytes) -> Accounts:
    """Read accounts as `to_json` wrote them."""
    own, heard = msgspec.json.decode(text, type=tuple[_Written | None, _Written | None])
    return Accounts(own=_read(own), heard=_read(heard))


def _read(written: _Written | None) -> Account | None:
    if written is None:
        return None
    at_ms, lon, lat, h_acc_m, speed_mps, layer = written
    return Account(at_ms, lon, lat, h_acc_m, np.nan if speed_mps is None else speed_mps, layer)


def _gone_on(
    old: Situations,
    key: VehicleKey,
    accounts: Accounts,
    at_ms: int,
    by: tuple[Rulebook, list[Alert]],
) -> Situations:
    """Compare the two accounts, and go on from whether they disagreed before."""
    if accounts.own is None or accounts.heard is None:
        return old
    rulebook, told = by
    same = agree(accounts.own, accounts.heard)
    heard = accounts.heard
    look = Look(at_ms=at_ms, lon=heard.lon, lat=heard.lat, amiss=None if same is None else not same)
    course = Course(
        reason=Reason.DISAGREEMENT,
        layer=LAYERS[max(heard.layer, 0)],
        patience=rulebook.patience[Reason.DISAGREEMENT],
        raised=partial(_raised, key, heard, rulebook),
        told=told,
    )
    before = next((each for each in old.ongoing if each.reason is Reason.DISAGREEMENT), None)
    after = lasting(before, look, course)
    if after is before:
        return old
    others = tuple(each for each in old.ongoing if each.reason is not Reason.DISAGREEMENT)
    ongoing = others if after is None else (*others, after)
    return Situations(at_ms=max(old.at_ms, at_ms), ongoing=ongoing)


def _account(batch: Observations, row: int) -> Account:
    at = batch.positions
    return Account(
        at_ms=int(at.at_ms[row]),
        lon=float(at.lon[row]),
        lat=float(at.lat[row]),
        h_acc_m=float(at.h_acc_m[row]),
        speed_mps=float(batch.speed_mps[row]),
        layer=int(at.layer[row]),
    )


def _raised(key: VehicleKey, heard: Account, rulebook: Rulebook, situation: Situation) -> Alert:
    return Alert(
        id=alert_name(key, Reason.DISAGREEMENT, situation.first_ms),
        vehicle=key,
        layer=LAYERS[max(heard.layer, 0)],
        reason=Reason.DISAGREEMENT,
        severity=rulebook.patience[Reason.DISAGREEMENT].severity,
        state=AlertState.OPEN,
        zone=None,
        zone_version=None,
        zone_name="",
        permit=None,
        opened_at=instant(situation.first_ms),
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )
