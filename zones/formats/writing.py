"""How is a set of zones written in one of the formats, and what does that not say?"""

from collections.abc import Sequence
from enum import StrEnum

from zones.formats import ed269_writing, ed318_writing, geojson, mds_geography, mds_policy
from zones.formats.losses import CITY, Authority, Written
from zones.formats.mds import UNDATED, Published
from zones.model import Zone


class WrittenFormat(StrEnum):
    """The formats that zones are written in."""

    GEOJSON = "geojson"
    ED269 = "ed269"
    ED318 = "ed318"
    MDS_GEOGRAPHY = "mds-geography"
    MDS_POLICY = "mds-policy"


def write_document(
    zones: Sequence[Zone],
    written_format: WrittenFormat,
    *,
    authority: Authority = CITY,
    published: Published = UNDATED,
) -> Written:
    """Write zones; the European formats name an `authority`, MDS when each was `published`."""
    match written_format:
        case WrittenFormat.GEOJSON:
            written = Written(document=geojson.write_collection(zones), zones=len(zones))
        case WrittenFormat.ED269:
            written = ed269_writing.write(zones, authority)
        case WrittenFormat.ED318:
            written = ed318_writing.write(zones, authority)
        case WrittenFormat.MDS_GEOGRAPHY:
            written = mds_geography.write(zones, published)
        case WrittenFormat.MDS_POLICY:
            written = mds_policy.write(zones, published)
    return written
