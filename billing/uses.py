"""What was it that a line of an invoice stands for? Which vehicles, from when to when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """The uses of a line in sum: from the first's begin to the last's end.

    `zone_versions` are those in force as the uses were metered: several, where the zone changed.
    """

    zone_versions: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    vehicles: tuple[str, ...]
