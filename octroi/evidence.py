"""What does billing show of a visit? What telemetry kept of it, in billing's words."""

from collections.abc import Mapping

from billing.model import Sighting, VisitEvidence
from telemetry import evidence
from zones.model import ZoneId


def proof(
    found: evidence.VisitEvidence | None, names: Mapping[ZoneId, str]
) -> VisitEvidence | None:
    """Return the evidence behind a visit's fees; None when no such visit is known."""
    if found is None:
        return None
    return VisitEvidence(
        visit=found.visit,
        zone_name=names.get(found.visit.zone, ""),
        sightings=tuple(_sighting(each) for each in found.sightings),
    )


def _sighting(seen: evidence.Sighting) -> Sighting:
    return Sighting(
        observation=seen.observation,
        at=seen.at,
        lon=seen.lon,
        lat=seen.lat,
        h_acc_m=seen.h_acc_m,
        alt_m=seen.alt_m,
        alt_ref=seen.alt_ref.value if seen.alt_ref else None,
        verdict=seen.kind.name.lower() if seen.kind else "",
        reason=seen.reason.code if seen.reason else "",
    )
