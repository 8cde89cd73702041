"""How is one zone of the demonstration written down as GeoJSON?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

from octroi.demo.geography import geometry
from zones.demands import StreetCategory, VehicleClass
from zones.model import HeightReference, Layer, Purpose, Restriction

DEMONSTRATION = "demonstration"
VALID_FROM = "2025-01-01T00:00:00+01:00"
EVERY_DAY = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WEEKDAYS = EVERY_DAY[:5]

Purposes = Mapping[Purpose, Restriction]
Classes = Mapping[VehicleClass, Restriction]
Calendar = list[dict[str, Any]]
EMERGENCY_EXCEPTED: Purposes = {Purpose.EMERGENCY: Restriction.NO_RESTRICTION}


def height(value_m: float, reference: HeightReference = HeightReference.AGL) -> dict[str, Any]:
    """Write a height with its reference."""
    return {"value": value_m, "unit": "m", "reference": reference.value}


def weekly(days: tuple[str, ...], start: str, end: str, **narrowed: Any) -> Calendar:  # noqa: ANN401 - JSON
    """Write a calendar of one daily period, local time, as ED-318 does, and what narrows it."""
    return [{"schedule": [{"day": list(days), "startTime": start, "endTime": end}], **narrowed}]


def while_on(switch: str) -> Calendar:
    """Write a calendar that holds while an officer has a switch on."""
    return [{"switch": switch}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A zone before it is published; `area` is in metres.

    Where zones overlap the strictest decides; a `priority` is a deliberate act, with its own `act`.
    """

    id: str
    name: str
    layer: Layer
    restriction: Restriction
    area: BaseGeometry
    lower: Mapping[str, Any] | None = None
    upper: Mapping[str, Any] | None = None
    applicability: Calendar | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    purposes: Purposes = field(default_factory=dict)
    classes: Classes = field(default_factory=dict)
    priority: int = 0
    street_category: StreetCategory | None = None
    act: str = DEMONSTRATION
    notes: Mapping[str, str] = field(default_factory=dict)

    def feature(self) -> dict[str, Any]:
        """Return the zone as a GeoJSON feature; what is absent does not limit."""
        optional = {
            "lower": self.lower,
            "upper": self.upper,
            "applicability": self.applicability,
            "street_category": self.street_category and self.street_category.value,
        }
        return {
            "type": "Feature",
            "id": self.id,
            "properties": {
                "name": self.name,
                "layer": self.layer.value,
                "restriction": self.restriction.value,
                **{key: value for key, value in optional.items() if value is not None},
                "rules": dict(self.rules),
                "purposes": {key.value: value.value for key, value in self.purposes.items()},
                **(
                    {"classes": {key.value: said.value for key, said in self.classes.items()}}
                    if self.classes
                    else {}
                ),
                "priority": self.priority,
                "act": self.act,
                "version": 1,
                "valid": {"start": VALID_FROM},
                "notes": dict(self.notes),
            },
            "geometry": geometry(self.area),
        }
