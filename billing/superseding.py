"""How does one usage take another's place? Both stay written down, and only one is priced."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from billing.life.corrections import Correction, NotCorrected, renamed
from billing.metering import Settled, fingerprint, visit_key
from billing.model import Usage
from billing.moving import Connection
from billing.store import corrections as correction_store
from billing.store import usage as usage_store
from telemetry.model import VisitId

ITSELF = "octroi"
CHANGED = "Positions reçues tardivement : passage corrigé"
GONE = "Positions reçues tardivement : passage annulé"


def superseded(
    connection: Connection,
    key: str,
    other: Usage | None,
    *,
    fingerprint: str | None,
    reason: str,
    by: str,
    at: datetime,
) -> Usage | None:
    """Put another content in the place of what stands for a key, or nothing; return it renamed."""
    if not reason.strip():
        msg = "reason: a correction says why"
        raise NotCorrected(msg)
    known = correction_store.standing(connection, key)
    if known is None:
        msg = f"key: there is no usage {key[:100]} to correct, or it was withdrawn"
        raise NotCorrected(msg)
    position = known["corrected"] + 1
    usage = renamed(other, key, position) if other else None
    if usage is not None:
        usage_store.insert_usages(connection, [usage], at)
    correction = Correction(
        key=key,
        position=position,
        usage=known["id"],
        replacement=usage.id if usage else None,
        fingerprint=fingerprint or known["fingerprint"],
        reason=reason.strip(),
        by=by,
        at=at,
    )
    correction_store.insert(connection, correction)
    return usage


def by_late_positions(
    connection: Connection, settled: Settled, told: Mapping[VisitId, bool], now: datetime
) -> Settled:
    """Take what late positions made of visits for the truth: it is no contradiction any longer.

    `told` are the visits that they changed, and whether they are visits still.
    """
    rivals = Counter(usage.key for usage in settled.conflicts)
    accepted = {
        usage.key
        for usage in settled.conflicts
        if usage.visit is not None and told.get(usage.visit) and rivals[usage.key] == 1
    }
    for usage in settled.conflicts:
        if usage.key in accepted:
            _itself(connection, usage.key, usage, CHANGED, now)
    for visit, is_still in sorted(told.items(), key=lambda each: str(each[0])):
        key = visit_key(visit)
        if not is_still and correction_store.standing(connection, key) is not None:
            _itself(connection, key, None, GONE, now)
    left = tuple(usage for usage in settled.conflicts if usage.key not in accepted)
    return replace(settled, conflicts=left)


def _itself(
    connection: Connection, key: str, other: Usage | None, reason: str, now: datetime
) -> None:
    print_ = fingerprint(other) if other else None
    superseded(connection, key, other, fingerprint=print_, reason=reason, by=ITSELF, at=now)
