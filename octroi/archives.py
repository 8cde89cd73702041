"""What does the city still know of then? Zones, switches and tariffs, for decisions taken again."""

from datetime import datetime

from billing.quotes import quote
from billing.service import BillingService
from permits.cases import City
from permits.model import Quote
from permits.replays import Archive, Asked
from zones.editions import to_zone
from zones.model import Zone, ZoneId
from zones.service import ZoneService
from zones.switching import SwitchService


def archive(
    zones: ZoneService,
    switches: SwitchService,
    billing: BillingService,
    city: City,
) -> Archive:
    """Return what is asked when a stored decision is taken again."""

    def zone(name: ZoneId, number: int, known_at: datetime) -> Zone | None:
        known = (
            each
            for each in zones.versions(name, known_at).editions
            if each.version == number
            and (each.superseded_at is None or each.superseded_at > known_at)
        )
        found = next(known, None)
        return None if found is None else to_zone(found)

    def priced(asked: Asked) -> Quote:
        tariffs = billing.tariffs_known(asked.known_at)
        return quote(
            asked.application,
            asked.operator,
            asked.zones,
            tariffs,
            asked.priced_at,
            vehicles=asked.vehicles,
        )

    return Archive(
        zone=zone,
        switches=switches.switches,
        quote=priced,
        datum=city.datum,
        software=city.software,
        waters=city.waters,
    )
