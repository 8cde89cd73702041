"""A trench and a recurring flight are decided word for word as agreed, in two languages."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from permits.decisions import decide
from permits.documents import occupation_document, recurrence_document
from permits.schemas.applications import ApplicationIn
from permits.texts.catalogue import condition_texts, finding_texts
from tests.permits.cases import case, vehicle, zone
from zones.demands import PrecisionClass, ZoneRules

GOLDEN = Path(__file__).parents[1] / "golden" / "permits"
TRENCH: dict[str, Any] = {
    "purpose": "works",
    "layer": "subsoil",
    "occupation": {"kind": "trench", "technique": "suction"},
    "volumes": [
        {
            "footprint": {
                "type": "LineString",
                "coordinates": [[2.35, 48.85], [2.351, 48.85]],
                "half_width_m": 1,
            },
            "lower": {"value": -2, "reference": "AGL"},
            "upper": {"value": 0, "reference": "AGL"},
            "start": "2026-12-07T08:00:00+01:00",
            "end": "2026-12-11T17:00:00+01:00",
        }
    ],
}
RECURRING: dict[str, Any] = {
    "purpose": "inspection",
    "layer": "air",
    "vehicles": ["drone-7"],
    "volumes": [
        {
            "footprint": {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": 50},
            "lower": {"value": 30, "reference": "AGL"},
            "upper": {"value": 130, "reference": "AGL"},
            "start": "2027-03-26T09:00:00+01:00",
            "end": "2027-03-26T10:00:00+01:00",
            "recurrence": "FREQ=DAILY;COUNT=4",
        }
    ],
}
NETWORKS = zone("reseaux", rules=ZoneRules(precision=PrecisionClass.B))


def decided(body: dict[str, Any], *zones: Any) -> dict[str, Any]:  # noqa: ANN401 - zones
    asked = ApplicationIn.model_validate(body).to_application("ailes")
    vehicles = (vehicle(),) if asked.vehicles else ()
    answer = decide(replace(case(*zones), application=asked, vehicles=vehicles))
    return {
        "decision": answer.decision.value,
        "occupation": occupation_document(asked.occupation),
        "recurrences": [recurrence_document(each) for each in asked.recurrences],
        "windows": [[each.start.isoformat(), each.end.isoformat()] for each in asked.volumes],
        "findings": [
            {
                "rule": each.rule,
                "outcome": each.outcome.value,
                "zone": each.zone,
                "act": each.act,
                "text": finding_texts(each),
            }
            for each in answer.findings
        ],
        "conditions": [
            {"code": each.code, "text": condition_texts(each)} for each in answer.conditions
        ],
    }


@pytest.mark.parametrize(
    ("name", "body", "zones"),
    [("trench", TRENCH, (NETWORKS,)), ("recurring-flight", RECURRING, (zone("bois"),))],
)
def test_a_decision_reads_as_it_was_agreed(
    name: str, body: dict[str, Any], zones: tuple[Any, ...]
) -> None:
    written = json.dumps(decided(body, *zones), ensure_ascii=False, indent=1) + "\n"

    assert written == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
