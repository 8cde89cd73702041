"""What the tests know of an accountant: codes to book by, and where the official schemas may be."""

from pathlib import Path

from billing.export.pes import codes, slips, writing
from billing.export.pes.codes import Codes
from billing.export.pes.slips import Days
from billing.model import CreditNote, Invoice
from billing.periods import CITY

# Beside the repository where it is developed; elsewhere the refusal is tried instead.
BESIDE = Path(__file__).parents[4] / "shared" / "data" / "pes"
SCHEMAS = BESIDE if (BESIDE / "PES_V2").is_dir() else None
CODES = """
post = "075001"
siret = "21750001600019"
collectivity = "100"
budget = "00"

[imputation]
product = "0501"
nature = "70323"

[tariff.air-permit]
product = "0502"
nature = "70328"
function = "0201"
"""


def booked() -> Codes:
    return codes.read(CODES)


def days(invoices: list[Invoice], notes: list[CreditNote]) -> Days:
    claimed = [each.issued_at for each in invoices if each.issued_at]
    return Days(
        invoices=tuple(at.astimezone(CITY).date() for at in claimed),
        notes=tuple(each.issued_at.astimezone(CITY).date() for each in notes),
    )


def file(invoices: list[Invoice], notes: list[CreditNote]) -> bytes:
    """Return the file of some claims and credit notes, with papers of two bytes each."""
    told = slips.slips(invoices, notes, booked(), days(invoices, notes))
    numbers = [*(str(each.number) for each in invoices), *(each.number for each in notes)]
    papers = [(each, b"<>") for each in numbers]
    return writing.write(told, booked(), papers)
