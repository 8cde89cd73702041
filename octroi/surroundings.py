"""What does this installation know of its ground and its sea level?"""

from octroi.settings import InvalidSetting, Settings
from zones.heights.ground import UnusableGround, ground_from, stated_ground
from zones.heights.vertical import Datum, paris_datum
from zones.model import HeightReference


def datum_of(settings: Settings) -> Datum:
    """Return the configured ground, or the heights stated for Paris, with the packaged geoid."""
    if settings.ground_raster is None:
        return Datum(sea=paris_datum().sea, ground=stated_ground())
    try:
        ground = ground_from(
            settings.ground_raster,
            settings.ground_error_m,
            HeightReference(settings.ground_reference),
        )
    except UnusableGround as reason:
        msg = f"OCTROI_GROUND_RASTER cannot be used: {str(reason).rstrip('.')}."
        raise InvalidSetting(msg) from reason
    return Datum(sea=paris_datum().sea, ground=ground)
