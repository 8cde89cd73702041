"""Where are the settings of switches kept? In `zones.switch_setting`, append-only."""

from datetime import datetime
from typing import Any

from zones.store.rows import Rows, utc
from zones.time.switches import SwitchSetting

# Every setting recorded until an instant, in the order they were recorded.
SETTINGS = """
SELECT name, is_on, takes_effect_at, act, recorded_at, recorded_by FROM zones.switch_setting
WHERE %(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s
ORDER BY number
"""
# Which switches the zones of today and tomorrow hang on, and how many zones each.
HANGING = """
SELECT entry ->> 'switch', count(DISTINCT zone_id)
FROM zones.zone_version,
     jsonb_array_elements(
         CASE jsonb_typeof(feature #> '{properties,applicability}')
             WHEN 'array' THEN feature #> '{properties,applicability}' ELSE '[]' END
     ) AS entry
WHERE superseded_at IS NULL AND (upper_inf(valid) OR upper(valid) > %(at)s)
  AND entry ->> 'switch' IS NOT NULL
GROUP BY 1 ORDER BY 1
"""
# Record a setting.
INSERT = """
INSERT INTO zones.switch_setting (name, is_on, takes_effect_at, act, recorded_at, recorded_by)
VALUES (%(name)s, %(on)s, %(start)s, %(act)s, %(at)s, %(by)s)
"""


def settings(connection: Rows, known_at: datetime | None = None) -> list[SwitchSetting]:
    """Return every setting known, in the order they were recorded."""
    found = connection.execute(SETTINGS, {"known_at": known_at}).fetchall()
    return [_from_row(*row) for row in found]


def hanging(connection: Rows, at: datetime) -> dict[str, int]:
    """Return how many zones hang on each switch that any zone names."""
    return {str(name): int(zones) for name, zones in connection.execute(HANGING, {"at": at})}


def record(connection: Rows, setting: SwitchSetting) -> None:
    """Record a setting."""
    row = {
        "name": setting.name,
        "on": setting.on,
        "start": setting.start,
        "act": setting.act,
        "at": setting.recorded_at,
        "by": setting.recorded_by,
    }
    connection.execute(INSERT, row)


def _from_row(name: str, on: Any, start: datetime, act: str, *recorded: Any) -> SwitchSetting:  # noqa: ANN401 - as the driver gives it
    recorded_at, recorded_by = recorded
    return SwitchSetting(
        name=name,
        on=bool(on),
        start=utc(start),
        act=act,
        recorded_at=utc(recorded_at),
        recorded_by=str(recorded_by),
    )
