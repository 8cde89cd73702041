"""What has to be published for the zones of a document to be the law?

All of them or none. A zone that nobody published may carry a start in the past: the act was
published elsewhere, and the document brings it in. A zone whose past is published keeps it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from zones.differences import Difference, alike, differ
from zones.editions import Edition, Publication, as_stated, stated, to_publication, to_zone
from zones.formats.calendar import read_window
from zones.formats.defects import Defect, Remark
from zones.model import Zone, ZoneId
from zones.notice import Notice, TooEarly, validity
from zones.periods import InvalidWindow, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is published of the zones of a document: newest versions, and which are withdrawn."""

    newest: Mapping[ZoneId, Edition]
    withdrawn: frozenset[ZoneId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would publish, and what keeps it from doing so."""

    publications: tuple[Publication, ...]
    defects: tuple[Defect, ...]


def plan(zones: Sequence[Zone], known: Known, notice: Notice) -> Plan:
    """Return what to publish of a document's zones, and what cannot be."""
    publications: list[Publication] = []
    defects: list[Defect] = []
    seen: set[ZoneId] = set()
    for zone in zones:
        if zone.id in seen:
            defects.append(Defect(feature=zone.id, path="id", reason="appears twice"))
            continue
        seen.add(zone.id)
        before = known.newest.get(zone.id)
        if before is not None and zone.id not in known.withdrawn and _same(before, zone):
            continue
        try:
            valid = _imported(zone, before, notice)
        except (InvalidWindow, TooEarly) as error:
            reason = str(error).removeprefix("valid.start: ")
            defects.append(Defect(feature=zone.id, path="valid.start", reason=reason))
        else:
            publications.append(to_publication(zone, valid, before))
    return Plan(publications=tuple(publications), defects=tuple(defects))


def bare(zones: Iterable[Zone]) -> tuple[Remark, ...]:
    """Remark on zones that would be law without a name to call them by or an act to rest on."""
    return tuple(
        Remark(feature=zone.id, path=f"properties.{name}", reason=reason)
        for zone in zones
        for name, said, reason in (
            ("name", zone.name, "it has none; people will see its id"),
            ("act", zone.act, "it has none; a restriction rests on an act"),
        )
        if not said
    )


def consequences(
    publications: Iterable[Publication], newest: Mapping[ZoneId, Edition]
) -> tuple[Difference, ...]:
    """Return what publications would change, compared to the newest versions."""
    wanted = tuple(publications)
    before = [
        to_zone(newest[publication.zone.id]) for publication in wanted if publication.version > 1
    ]
    after = [replace(publication.zone, valid=publication.valid) for publication in wanted]
    return differ(before, after)


def _same(before: Edition, zone: Zone) -> bool:
    return before.feature == stated(zone) or alike(as_stated(before), zone)


def _imported(zone: Zone, before: Edition | None, notice: Notice) -> Window:
    start, end = zone.valid.start, zone.valid.end
    if before is None:
        return Window(start=notice.end if start is None else start, end=end)
    if start is not None and start == _stated_start(before):
        # Its author changed the zone and left the date as it was.
        return Window(start=max(start, notice.end), end=end)
    return validity(zone.valid, notice)


def _stated_start(edition: Edition) -> object:
    return read_window(edition.feature["properties"].get("valid", {}), "valid").start
