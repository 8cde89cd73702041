"""What is over with a vehicle that is heard no more?

Told by our clock, with nothing coming in, when its stays end. That it is silent goes on, and what
it had to do with others ends elsewhere: `telemetry.silences`, `telemetry.together`.
"""

from collections.abc import Mapping

from telemetry.alerts import Alerted, Situations
from telemetry.concern.situations import Situation, current
from telemetry.following.fleet import Fleet
from telemetry.lodging.stays import heard_within
from telemetry.model import Reason, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.told import Alert, Outcome


def vanish(
    fleet: Fleet,
    situations: Mapping[VehicleKey, Situations],
    rulebook: Rulebook,
    listening: tuple[int, int],
) -> Alerted:
    """End what was amiss with vehicles unheard for too long: now, and since when we listen.

    Nothing is over sooner than it would be if the vehicle were heard, and in order.
    """
    now_ms, since_ms = listening
    keys = tuple(key for key, each in situations.items() if any(map(_ends, each.ongoing)))
    newest = fleet.newest(keys)
    changed: dict[VehicleKey, Situations] = {}
    told: list[Alert] = []
    heard = zip(keys, newest["layer"].tolist(), newest["heard_ms"].tolist(), strict=True)
    for key, layer, heard_ms in heard:
        known = situations[key]
        gone = [
            each
            for each in known.ongoing
            if _ends(each)
            # After a pause of ours all seem silent, until they had time to be heard again.
            and max(heard_ms + 1, since_ms) + _waits_ms(each, layer, rulebook) <= now_ms
        ]
        if gone:
            told += [current(each, each.alert, Outcome.UNHEARD) for each in gone if each.alert]
            left = tuple(each for each in known.ongoing if each not in gone)
            changed[key] = Situations(at_ms=known.at_ms, ongoing=left)
    return Alerted(situations=changed, alerts=tuple(told))


def _ends(situation: Situation) -> bool:
    return situation.reason is not Reason.SILENT and situation.other is None


def _waits_ms(situation: Situation, layer: int, rulebook: Rulebook) -> float:
    """Return for how long a vehicle may be unheard: on the river boats speak less often."""
    patience = rulebook.patience[situation.reason]
    return max(heard_within(layer), patience.cleared_after_s * 1000)
