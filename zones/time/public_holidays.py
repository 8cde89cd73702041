"""Is this day a public holiday in France?

The eleven of article L3133-1 of the Code du travail, as the package `holidays` reckons them; those
of Alsace and Moselle alone are none in Paris.
"""

import datetime as dt
import functools

import numpy as np
from numpy.typing import NDArray

from zones.columns import Instants
from zones.time.clocks import date_of


def is_holiday(days: Instants) -> NDArray[np.bool_]:
    """Tell for each day, counted from 1 January 1970, whether it is one."""
    return np.array([_is_holiday(day) for day in days.tolist()], dtype=bool)


@functools.lru_cache(maxsize=100_000)
def _is_holiday(day: int) -> bool:
    date = date_of(day)
    return date in _holidays(date.year)


@functools.lru_cache(maxsize=512)
def _holidays(year: int) -> frozenset[dt.date]:
    # Loading it takes a tenth of a second, which only calendars that name holidays pay.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("FR", years=year))
