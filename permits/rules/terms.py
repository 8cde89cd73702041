"""How does what a zone demands become a condition of a permit, whatever it demands?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from permits.model import Condition
from zones.precedence import Demand


def _kmh(mps: float) -> str:
    return f"{mps * 3.6:.4g}"


def _plain(number: float) -> str:
    return f"{number:.6g}"


# By the demand: the condition's code, and how its value is told. Sentences are in `permits/texts`.
TERMS: Mapping[str, tuple[str, Callable[[Any], dict[str, str]]]] = MappingProxyType(
    {
        "speed_min_mps": ("speed_min", lambda mps: {"speed_kmh": _kmh(mps)}),
        "speed_max_mps": ("speed_max", lambda mps: {"speed_kmh": _kmh(mps)}),
        "direction": (
            "direction",
            lambda sector: {
                "from_deg": _plain(sector.start_deg),
                "to_deg": _plain(sector.end_deg),
            },
        ),
        "length_max_m": ("length_max", lambda metres: {"length_m": _plain(metres)}),
        "mass_max_kg": ("mass_max", lambda mass: {"mass_kg": _plain(mass)}),
        "capacity": ("capacity", lambda count: {"vehicles_max": str(count)}),
        "movements_per_hour": ("movements", lambda count: {"movements_max": str(count)}),
        "separation_m": ("separation", lambda metres: {"separation_m": _plain(metres)}),
        "separation_vertical_m": (
            "separation_vertical",
            lambda metres: {"separation_m": _plain(metres)},
        ),
        "dwell_min_s": ("dwell_min", lambda seconds: {"dwell_min": _plain(seconds / 60)}),
        "dwell_max_s": ("dwell_max", lambda seconds: {"dwell_min": _plain(seconds / 60)}),
        "transit": ("stop_inside", lambda _allowed: {}),
        "noise_max_db": ("noise_max", lambda level: {"noise_db": _plain(level)}),
        "equipment": ("equipment", lambda named: {"equipment": ", ".join(sorted(named))}),
        "precision": ("precision", lambda precision: {"precision": precision.value}),
        "clearance_m": ("clearance", lambda metres: {"clearance_m": _plain(metres)}),
    }
)


def condition_of(demand: str, value: Demand, cited: Mapping[str, str]) -> Condition:
    """Return the condition that holds its holder to a demand; `cited` says whose it is."""
    code, told = TERMS[demand]
    return Condition(code=code, params={**cited, **told(value)})
