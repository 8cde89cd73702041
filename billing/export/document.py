"""An invoice as JSON: exactly what was sealed, and the seal."""

import json
from typing import Any

from billing.canonical import canonical
from billing.invoices import document
from billing.model import Invoice


def write(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice; the SHA-256 of its canonical form without state and hash is the hash."""
    sealed: dict[str, Any] = json.loads(canonical(document(invoice)))
    return {**sealed, "state": invoice.state, "hash": invoice.hash}
