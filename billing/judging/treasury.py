"""What do the official schemas of PES V2 say of a file? They are the installation's own copy.

They carry no licence to hand them on, so Octroi does not ship them: their folder is a setting.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from billing.judging import titles
from billing.judging.report import Judgement

ENTRY = Path("PES_V2/Rev0/PES_Aller.xsd")
JUDGE = "PES V2 XSD"


class NoSchemas(Exception):
    """The official schemas are not where the setting says, or it says nothing."""


def judged(xml: bytes, schemas: Path | None) -> tuple[Judgement, ...]:
    """Judge a file by the official schemas in a folder, then by what their texts ask for."""
    schema = _schema(entry(schemas))
    tree = etree.fromstring(xml, titles.LARGE)
    objections = () if schema.validate(tree) else tuple(map(str, schema.error_log))
    return Judgement(judge=JUDGE, rules=1, objections=objections), titles.judged(xml)


def entry(schemas: Path | None) -> Path:
    """Return where reading the schemas begins."""
    if schemas is None:
        msg = (
            "OCTROI_PES_SCHEMAS names no folder with the official schemas of PES V2,"
            " and a file that they did not judge is not handed out"
        )
        raise NoSchemas(msg)
    found = schemas.joinpath(ENTRY)
    if not found.is_file():
        msg = f"OCTROI_PES_SCHEMAS: {schemas} holds no {ENTRY}, where the official schemas begin"
        raise NoSchemas(msg)
    return found


@lru_cache(maxsize=1)
def _schema(path: Path) -> Any:  # noqa: ANN401 - lxml has no type to name
    try:
        return etree.XMLSchema(etree.parse(str(path), titles.LARGE))
    except etree.LxmlError as broken:
        msg = f"OCTROI_PES_SCHEMAS: the schemas cannot be read: {broken}"
        raise NoSchemas(msg) from broken
