"""What of a zone do both European formats say alike, and what can neither?"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from zones.formats.kept import unsayable
from zones.formats.losses import Loss
from zones.formats.saying import Speech, say
from zones.model import Band, Corridor, Height, HeightReference, Layer, Volume, Zone
from zones.periods import Applicability, DayEvent

# A limit has to be stated: below everything that flies, and above it, as others write it too.
GROUND_M, SKY_M = 0.0, 99_999.0
LONGEST_TEXT = 200
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ANY_DAY = "ANY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A zone on its way into a format: when it holds, what to keep of it, and what is lost.

    `entries` None leaves it out.
    """

    entries: tuple[Applicability, ...] | None
    kept: dict[str, Any]
    losses: list[Loss]


def draft(zone: Zone, speech: Speech) -> Draft:
    """Say what of a zone can be said in a European format, of UAS zones alone."""
    if zone.layer not in {None, Layer.AIR}:
        reason = f"the format is of the air alone: a zone of the {zone.layer} is left out"
        return Draft(
            entries=None, kept={}, losses=[Loss(zone=zone.id, path="layer", reason=reason)]
        )
    said = say(zone, speech)
    if said.entries is None:
        loss = Loss(zone=zone.id, path="valid", reason="the zone never holds: it is left out")
        return Draft(entries=None, kept={}, losses=[loss])
    kept, losses = unsayable(zone)
    if zone.layer is None:
        kept["layer"] = None
        reason = "the format is of the air alone: of a zone of every layer it says that"
        losses.append(Loss(zone=zone.id, path="layer", reason=reason, kept=True))
    losses += [
        Loss(zone=zone.id, path=path, reason=reason, kept=True) for path, reason in said.unsaid
    ]
    return Draft(entries=said.entries, kept=kept, losses=losses)


def limits(band: Band) -> tuple[Height, Height]:
    """Return both limits of a band, stated where it has none."""
    agl = HeightReference.AGL
    lower, upper = band.lower, band.upper
    if upper is None:
        upper = Height(value_m=SKY_M, reference=agl)
    if lower is None:
        below = min(GROUND_M, upper.value_m) if upper.reference is agl else GROUND_M
        lower = Height(value_m=below, reference=agl)
    return lower, upper


def in_feet(*stated: Height | None) -> bool:
    """Tell whether every limit there is was stated in feet: a volume has one unit for both."""
    feet = [height.feet is not None for height in stated if height is not None]
    return bool(feet) and all(feet)


def exactly(volume: Volume) -> bool:
    """Tell whether a volume has both limits and was drawn as circle or polygon."""
    band = volume.band
    return (
        band.lower is not None and band.upper is not None and not isinstance(volume.drawn, Corridor)
    )


def turned(area: BaseGeometry) -> list[BaseGeometry]:
    """Return the polygons of an area, turning as RFC 7946 section 3.1.6 has them."""
    return [orient(polygon) for polygon in shapely.get_parts(area)]


def words(days: Iterable[int]) -> list[str]:
    """Return the names of days."""
    ordered = sorted(days)
    return [ANY_DAY] if len(ordered) == len(DAYS) else [DAYS[day] for day in ordered]


def offset(offset_s: int) -> str:
    """Write a distance from UTC."""
    if offset_s == 0:
        return "Z"
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def clock(seconds: int | DayEvent) -> str:
    """Write seconds after midnight."""
    if isinstance(seconds, DayEvent):
        return seconds.value
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def stated_limits(zone: Zone) -> list[Loss]:
    """Say which limits had to be stated that the zone does not have."""
    found: list[tuple[str, str]] = []
    for at, volume in enumerate(zone.volumes):
        for side, stated in zip(("lower", "upper"), limits(volume.band), strict=True):
            if getattr(volume.band, side) is None:
                height = f"{stated.value_m:.0f} m above ground"
                found.append((path_of(zone, at, side), f"has to be stated: said to be {height}"))
    return [Loss(zone=zone.id, path=path, reason=why, kept=True) for path, why in found]


def corridors(zone: Zone) -> list[Loss]:
    """Say which volumes were drawn as lines."""
    reason = "the format knows no corridors: said as its area"
    return [
        Loss(zone=zone.id, path=path_of(zone, at, "drawn"), reason=reason, kept=True)
        for at, volume in enumerate(zone.volumes)
        if isinstance(volume.drawn, Corridor)
    ]


def foreign_words(zone: Zone, written: str) -> list[Loss]:
    """Say what a zone carries of other formats, of which only common words are written."""
    reason = "of another format's words, those that this one shares are written"
    return [
        Loss(zone=zone.id, path=f"carried.{name}", reason=reason, kept=True)
        for name in zone.carried
        if name != written
    ]


def path_of(zone: Zone, at: int, member: str) -> str:
    """Return where a member of one of the volumes stands in our GeoJSON."""
    return member if len(zone.volumes) == 1 else f"volumes[{at}].{member}"


def sound(
    own: Mapping[str, Any],
    carried: Mapping[str, Any],
    breaches: Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return properties that keep to the rules, and what was carried that does not."""
    wrong = {
        name
        for path, reason in breaches({**own, **carried})
        for name in carried
        # A schema names members that it does not know in its sentence alone.
        if (name == re.split(r"[.\[]", path)[0] if path else repr(name) in reason)
    }
    fitting = {name: value for name, value in carried.items() if name not in wrong}
    return {**own, **fitting}, {name: carried[name] for name in sorted(wrong)}
