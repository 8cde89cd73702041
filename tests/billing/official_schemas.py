"""The official schema of CDS curb policies, validated in full."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

CDS = Path(__file__).parent.parent / "data" / "cds"


@cache
def _cds() -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (f"https://cds.test/{path.name}", DRAFT202012.create_resource(json.loads(path.read_text())))
        for path in CDS.glob("*.json")
    )
    return Draft202012Validator(
        {"$ref": "https://cds.test/curb_policy.json"},
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def cds_errors(policy: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _cds().iter_errors(policy)]
