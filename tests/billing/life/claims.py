"""What is done with the one claim of these tests, and how it stands."""

from billing.model import Invoice, InvoiceState
from billing.service import BillingService
from billing.transfers import read

ACT = "délibération 2026 DFA 12"
EVIDENCE = '{"line": 1, "positions": [2.35, 48.85]}'


def pay(
    service: BillingService, amount: str, transaction: str = "TX-1", day: str = "2026-11-02"
) -> None:
    row = f"{day},P-2026-000001,{amount},{transaction}"
    service.accounts.receive(read(f"date,reference,amount,transaction\n{row}\n"), by="finance")


def state(service: BillingService) -> InvoiceState:
    assert service.verify() == ()
    return service.invoice("P-2026-000001").state


def moves(service: BillingService, invoice: Invoice) -> list[tuple[str, str, str]]:
    return [(each.move, each.state, each.by) for each in service.reviews.history(invoice.id)]


def dispute(service: BillingService, line: int = 1, by: str = "aladin") -> InvoiceState:
    service.disputes.open("P-2026-000001", line, reason="Panne", evidence=EVIDENCE, by=by)
    return state(service)
