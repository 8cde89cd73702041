"""How does a line of an invoice become a row, and a row a line?"""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from billing.model import InvoiceLine
from billing.uses import Uses
from zones.model import Layer

OWN = tuple(name for name in InvoiceLine.__dataclass_fields__ if name != "uses")


def line_values(line: InvoiceLine) -> dict[str, Any]:
    """Return what is written of a line."""
    uses = line.uses
    return {name: getattr(line, name) for name in OWN} | {
        "text": Jsonb(dict(line.text)),
        "zone_versions": list(uses.zone_versions) if uses else [],
        "vehicles": list(uses.vehicles) if uses else [],
        "first_at": uses and uses.first_at,
        "last_at": uses and uses.last_at,
    }


def line_from_row(row: Mapping[str, Any]) -> InvoiceLine:
    """Return the line that was written; before uses were told it has none."""
    uses = row["first_at"] and Uses(
        zone_versions=tuple(row["zone_versions"]),
        vehicles=tuple(row["vehicles"]),
        first_at=row["first_at"],
        last_at=row["last_at"],
    )
    given = {"layer": Layer(row["layer"]), "fees": tuple(row["fees"]), "uses": uses}
    return InvoiceLine(**{name: row[name] for name in OWN} | given)
