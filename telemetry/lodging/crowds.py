"""Is a zone full, or did too many enter it within an hour?

Who came first is in order; who came when the zone was full is one too many until somebody leaves.
"""

from telemetry.lodging.lodgers import Entry, Lodging, Register
from telemetry.model import VehicleKey, VerdictKind
from zones.columns import HOUR_MS

COMPLIANT, VIOLATION = int(VerdictKind.COMPLIANT), int(VerdictKind.VIOLATION)
UNCERTAIN = int(VerdictKind.UNCERTAIN)


def crowded(
    register: Register, vehicle: VehicleKey, lodging: Lodging, most: float, heard_ms: int
) -> int:
    """Tell what being inside comes to, where no more than so many vehicles may be.

    Of those that came before and were heard since `heard_ms`, those count surely that were seen
    surely inside since this one came: who was leaving meanwhile does not.
    """
    if register.most_inside(lodging.zone) < most:
        return COMPLIANT
    surely, perhaps = register.inside(lodging.zone).before(vehicle, lodging, heard_ms)
    return _weighed(surely, perhaps, most)


def counted(register: Register, entry: Entry, most: float) -> int:
    """Tell what an entry comes to, where no more than so many are admitted within an hour."""
    surely = perhaps = 0
    for before in register.entries(entry.zone):
        if before.surely_ms <= entry.surely_ms:
            perhaps += entry.since_ms - before.surely_ms < HOUR_MS
            surely += before.sure and entry.surely_ms - before.since_ms < HOUR_MS
    return _weighed(surely if entry.sure else 0, perhaps, most)


def _weighed(surely: int, perhaps: int, most: float) -> int:
    if most <= surely:
        return VIOLATION
    return UNCERTAIN if most <= perhaps else COMPLIANT
