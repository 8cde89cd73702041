"""Is this day a public holiday in France?

The eleven of article L3133-1 of the Code du travail, as the package `holidays` reckons them; those
of Alsace and Moselle alone are none in Paris.
"""

import functools

import numpy as np
from holidays import country_holidays
from numpy.typing import NDArray

from zones.clocks import years_of
from zones.columns import Instants


def is_holiday(days: Instants) -> NDArray[np.bool_]:
    """Tell for each day, counted from 1 January 1970, whether it is one."""
    found = [day for year in np.unique(years_of(days)) for day in _holidays(int(year))]
    return np.isin(days, np.array(found, dtype=np.int64))


@functools.lru_cache(maxsize=512)
def _holidays(year: int) -> tuple[int, ...]:
    dates = np.array(sorted(country_holidays("FR", years=year)), dtype="datetime64[D]")
    return tuple(dates.astype(np.int64).tolist())
