"""An import says what it took that is not as it should be."""

from datetime import datetime
from typing import Any

from psycopg_pool import ConnectionPool

from tests.zones.space import NOON
from zones.service import ZoneService

RING = [[2.3, 48.85], [2.31, 48.85], [2.31, 48.86], [2.3, 48.85]]


def clock() -> datetime:
    return NOON


def plain(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    geometry = {"type": "Polygon", "coordinates": [RING]}
    return {"type": "Feature", "id": "quay", "geometry": geometry, "properties": properties}


def test_a_zone_without_a_name_or_an_act_is_taken_and_remarked_on(pool: ConnectionPool) -> None:
    service = ZoneService(pool, clock, notice_days=0)

    bare = service.import_(plain(), by="council")
    sound = service.import_(plain(name="Quay", act="Decree 1"), by="council")

    assert [each.path for each in bare.remarks] == ["properties.name", "properties.act"]
    assert bare.added == ("quay",)
    assert sound.remarks == ()
