"""When does the sun rise and set at a place that day, on the clock on the wall?

Astral reckons with the formulas of NOAA's Solar Calculator, here to the second: sunrise and sunset
when the sun's upper limb meets a level horizon with mean refraction, civil twilight while its
centre is less than 6° below (the limits SR, SS, BMCT and EECT of ED-318; SERA art. 2 (97) for
night). They differ from the almanac by seconds, from what a street sees by its buildings.
"""

import datetime as dt
import functools

import numpy as np
from astral import Observer
from astral import sun as astral_sun

from zones.columns import Instants
from zones.model import Place
from zones.periods import DayEvent
from zones.time.clocks import clock_of, date_of

DAY_S = 86_400
CIVIL_TWILIGHT_DEG = 6.0
HORIZON_DEG = 0.833  # refraction and half of the sun's disc

_LIGHT_BEGINS = frozenset({DayEvent.BMCT, DayEvent.SR})
_TWILIGHT = frozenset({DayEvent.BMCT, DayEvent.EECT})


def sun_ms(event: DayEvent, days: Instants, offset_s: int | None, place: Place) -> Instants:
    """Return when the sun does it on each day, in milliseconds after midnight on the wall.

    Days count from 1 January 1970. Where the sun stays up all day, the light begins at the day's
    beginning and ends at its end; where it stays down, it begins at the end and ends at the
    beginning, so that daylight is the whole day or nothing, and night the reverse.
    """
    seconds = [_sun_s(event, day, offset_s, place) for day in days.tolist()]
    return np.array(seconds, dtype=np.int64) * 1000


# Some 250 places, four events and a quarter of a year: about 20 MB when full.
@functools.lru_cache(maxsize=100_000)
def _sun_s(event: DayEvent, day: int, offset_s: int | None, place: Place) -> int:
    date = date_of(day)
    observer = Observer(latitude=place[1], longitude=place[0])
    try:
        found = _find(event, observer, date, clock_of(offset_s))
    except ValueError:
        # Astral's way of saying that the sun stays up, or down.
        up = _stays_up(event, observer, date)
        return 0 if up is (event in _LIGHT_BEGINS) else DAY_S
    return found.hour * 3600 + found.minute * 60 + found.second


def _find(event: DayEvent, observer: Observer, date: dt.date, clock: dt.tzinfo) -> dt.datetime:
    match event:
        case DayEvent.BMCT:
            return astral_sun.dawn(observer, date, CIVIL_TWILIGHT_DEG, tzinfo=clock)
        case DayEvent.SR:
            return astral_sun.sunrise(observer, date, tzinfo=clock)
        case DayEvent.SS:
            return astral_sun.sunset(observer, date, tzinfo=clock)
        case DayEvent.EECT:
            return astral_sun.dusk(observer, date, CIVIL_TWILIGHT_DEG, tzinfo=clock)


def _stays_up(event: DayEvent, observer: Observer, date: dt.date) -> bool:
    noon = astral_sun.noon(observer, date)
    horizon_deg = -(CIVIL_TWILIGHT_DEG if event in _TWILIGHT else HORIZON_DEG)
    return astral_sun.elevation(observer, noon, with_refraction=False) > horizon_deg
