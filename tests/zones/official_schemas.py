"""The official schemas, validated in full and independently of how the product does it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

TESTS = Path(__file__).parent.parent
ED318 = TESTS.parent / "zones" / "data" / "schemas" / "ed318"
MDS = TESTS / "data" / "mds"


@cache
def _ed318() -> Draft7Validator:
    schemas = {path.name: json.loads(path.read_text()) for path in ED318.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (f"https://ed318.test/{name}", DRAFT7.create_resource(schema))
        for name, schema in schemas.items()
    )
    return Draft7Validator(
        {"$ref": "https://ed318.test/Schema_GeoZones.json"},
        registry=registry,
        format_checker=Draft7Validator.FORMAT_CHECKER,
    )


def ed318_errors(document: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _ed318().iter_errors(document)]


@cache
def _mds(part: str) -> Draft202012Validator:
    schemas = {
        path.relative_to(MDS).as_posix(): json.loads(path.read_text())
        for path in MDS.rglob("*.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (f"https://mds.test/{name}", DRAFT202012.create_resource(schema))
        for name, schema in schemas.items()
    )
    return Draft202012Validator(
        {"$ref": f"https://mds.test/{part}.json"},
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def mds_errors(part: str, document: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _mds(part).iter_errors(document)]
