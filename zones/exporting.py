"""How are published editions written in one of the formats, and what does that not say?"""

from collections.abc import Sequence

from zones.editions import Edition, to_feature, to_zone
from zones.formats.losses import Written
from zones.formats.writing import WrittenFormat, write_document


def export(editions: Sequence[Edition], written_format: WrittenFormat) -> Written:
    """Write editions; in GeoJSON they are what was published, with version and validity."""
    if written_format is WrittenFormat.GEOJSON:
        features = [to_feature(edition) for edition in editions]
        document = {"type": "FeatureCollection", "features": features}
        return Written(document=document, zones=len(features))
    # What a later change cut short was recorded anew: that is not when it was published.
    published = {
        edition.zone_id: edition.recorded_at
        for edition in editions
        if edition.valid.start is None or edition.recorded_at <= edition.valid.start
    }
    zones = [to_zone(edition) for edition in editions]
    return write_document(zones, written_format, published=published)
