"""The public register: every decision with its grounds, area and fee, as JSON and as CSV."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping
from typing import Any, Self
from uuid import UUID

import shapely
from pydantic import BaseModel

from permits.answers.publicity import (
    FeeClass,
    Precision,
    Withheld,
    fee_class,
    public_area,
    without_others,
)
from permits.model import Decision, Finding, Outcome, Permit, PermitState
from permits.occupations import OccupationKind
from permits.parties import Operator, OperatorId
from permits.schemas.findings import FindingOut
from permits.schemas.told import InstantOut, money
from zones.model import Layer, Purpose
from zones.periods import in_utc
from zones.space.geometry import to_geojson

LICENCE = "Licence Ouverte / Open Licence 2.0 (Etalab)"
COLUMNS = (
    "id",
    "decided_at",
    "decision",
    "state",
    "automated",
    "purpose",
    "layer",
    "occupation",
    "operator",
    "start",
    "end",
    "precision",
    "withheld",
    "area_wkt",
    "grounds",
    "grounds_fr",
    "grounds_en",
    "acts",
    "fee_class",
    "fee_total",
    "currency",
)
# Told by their number; and not at all: the operator's own affairs.
COUNTED = frozenset({"vehicles", "holders"})
PRIVATE = frozenset(("documents_valid", name) for name in ("number", "issuer", "holder"))
UNTOLD = "…"
# A spreadsheet takes a cell that starts so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class EntryOut(BaseModel):
    """One decision as everybody may know it; vehicles and references stay the operator's.

    `footprint` is the area asked for or, where `precision` is `coarse`, the squares of a fixed grid
    that it lies in; `withheld` and `withheld_act` say why.
    """

    id: UUID
    decided_at: InstantOut
    decision: Decision | None
    state: PermitState
    automated: bool
    purpose: Purpose
    layer: Layer
    occupation: OccupationKind | None
    operator: str
    start: InstantOut
    end: InstantOut
    footprint: dict[str, Any]
    precision: Precision
    withheld: Withheld | None
    withheld_act: str | None
    grounds: list[FindingOut]
    acts: list[str]
    fee_class: FeeClass | None
    fee_total: str | None
    currency: str

    @classmethod
    def of(cls, permit: Permit, operators: Mapping[OperatorId, Operator]) -> Self:
        """Tell what the public may know of a permit; a fee is told where one can fall due."""
        asked = permit.application
        grounds = [each for each in permit.findings if each.outcome != Outcome.NOT_APPLICABLE]
        where = public_area(asked)
        granted = permit.decision is Decision.GRANTED
        return cls(
            id=permit.id,
            decided_at=permit.decided_at,
            decision=permit.decision,
            state=permit.state,
            automated=permit.automated,
            purpose=asked.purpose,
            layer=asked.layer,
            occupation=asked.occupation.kind if asked.occupation else None,
            operator=operators[asked.operator].name,
            start=min(each.start for each in asked.volumes),
            end=max(each.end for each in asked.volumes),
            footprint=to_geojson(where.area),
            precision=where.precision,
            withheld=where.withheld,
            withheld_act=where.act,
            grounds=[FindingOut.of(_public(each)) for each in grounds],
            acts=sorted({each.act for each in grounds}),
            fee_class=fee_class(permit.quote) if granted else None,
            fee_total=money(permit.quote.total) if granted else None,
            currency=permit.quote.currency,
        )


class RegisterOut(BaseModel):
    """A page of the register; `next` is the cursor of the next one."""

    licence: str = LICENCE
    items: list[EntryOut]
    next: str | None


def to_features(entries: Iterable[EntryOut], following: str | None) -> dict[str, Any]:
    """Write register entries as GeoJSON (RFC 7946); `following` is the address of the next page."""
    features = [
        {
            "type": "Feature",
            "id": str(each.id),
            "geometry": each.footprint,
            "properties": each.model_dump(mode="json", exclude={"id", "footprint"}),
        }
        for each in entries
    ]
    links = [] if following is None else [{"rel": "next", "href": following}]
    return {"type": "FeatureCollection", "licence": LICENCE, "links": links, "features": features}


def _public(finding: Finding) -> Finding:
    """Tell how many vehicles a finding is about, and not which, nor by whom they are insured.

    Nor what others plan who were granted before: the register keeps back where that exactly is.
    """
    finding = without_others(finding)
    params = {name: _told(finding.rule, name, value) for name, value in finding.params.items()}
    return dataclasses.replace(finding, params=params)


def _told(rule: str, name: str, value: str) -> str:
    if name in COUNTED:
        return str(len(value.split(", ")))
    return UNTOLD if (rule, name) in PRIVATE else value


def to_csv(entries: Iterable[EntryOut]) -> str:
    """Write register entries as a table that no spreadsheet will run."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for entry in entries:
        table.writerow([_cell(value) for value in _row(entry)])
    return written.getvalue()


def _row(entry: EntryOut) -> list[str]:
    return [
        str(entry.id),
        in_utc(entry.decided_at),
        entry.decision or "",
        entry.state.value,
        str(entry.automated).lower(),
        entry.purpose.value,
        entry.layer.value,
        entry.occupation or "",
        entry.operator,
        in_utc(entry.start),
        in_utc(entry.end),
        entry.precision.value,
        entry.withheld or "",
        shapely.geometry.shape(entry.footprint).wkt,
        " | ".join(f"{each.rule}.{each.outcome}" for each in entry.grounds),
        " | ".join(each.text.fr for each in entry.grounds),
        " | ".join(each.text.en for each in entry.grounds),
        " | ".join(entry.acts),
        entry.fee_class or "",
        entry.fee_total or "",
        entry.currency,
    ]


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
