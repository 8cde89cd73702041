"""Disputes: a line is frozen with its evidence, and answered by confirming it or by a credit."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.crediting import NotCredited
from billing.life.disputes import DisputeConflict, DisputeOutcome, InvalidDispute, sealed
from billing.life.states import (
    IllegalInvoiceMove,
)
from billing.life.writing_off import WriteOffKind
from billing.model import InvoiceState
from billing.service import BillingService
from tests.billing.conftest import City
from tests.billing.life.claims import ACT, EVIDENCE, dispute, pay, state
from tests.billing.samples import NOVEMBER


@pytest.mark.usefixtures("issued")
def test_a_dispute_freezes_a_line_with_its_evidence_to_the_letter(
    service: BillingService, city: City
) -> None:
    opened = service.disputes.open(
        "P-2026-000001", 2, reason="Déjà payé", evidence=EVIDENCE, by="aladin"
    )
    city.now = NOVEMBER + timedelta(days=60)

    found = service.disputes.one(opened.id)

    assert found == opened
    assert (found.evidence, found.evidence_hash) == (EVIDENCE, sealed(EVIDENCE))
    assert state(service) is InvoiceState.DISPUTED
    with pytest.raises(DisputeConflict, match="line 2 of P-2026-000001 is disputed already"):
        service.disputes.open("P-2026-000001", 2, reason="x", evidence="{}", by="aladin")
    with pytest.raises(NotCredited, match=r"lines\.2: it is disputed"):
        service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")
    with pytest.raises(IllegalInvoiceMove, match="is disputed, it cannot write_off"):
        service.accounts.write_off(
            "P-2026-000001", WriteOffKind.REMISE, act=ACT, reason="x", by="f"
        )


@pytest.mark.usefixtures("issued")
def test_what_is_disputed_is_not_overdue(service: BillingService, city: City) -> None:
    city.now = NOVEMBER + timedelta(days=60)
    pay(service, "3.50")
    (late,) = service.accounts.overdue()
    assert (late.due, late.disputed) == (Decimal("35.00"), Decimal(0))

    assert dispute(service, 2) is InvoiceState.DISPUTED

    assert service.accounts.overdue() == ()
    assert service.accounts.standing("P-2026-000001").disputed == Decimal("35.00")


@pytest.mark.usefixtures("issued")
def test_a_dispute_ends_in_confirmation(service: BillingService) -> None:
    dispute(service)
    (opened,) = service.disputes.all(operator="aladin", still_open=True)

    ended = service.disputes.confirm(opened.id, answer="Les positions le prouvent", by="finance")

    assert service.disputes.one(opened.id) == ended
    assert ended.outcome is DisputeOutcome.CONFIRMED
    assert state(service) is InvoiceState.ISSUED
    assert service.disputes.all(still_open=True) == ()
    with pytest.raises(DisputeConflict, match="has ended: confirmed by finance"):
        service.disputes.credit(opened.id, answer="x", by="finance")


@pytest.mark.usefixtures("issued")
def test_a_dispute_ends_in_a_credit_of_all_or_of_a_part(service: BillingService) -> None:
    dispute(service, 1)
    dispute(service, 2)
    first, second = sorted(service.disputes.all(), key=lambda each: each.line)

    with pytest.raises(NotCredited, match="is more than"):
        service.disputes.credit(first.id, Decimal("3.51"), answer="x", by="finance")
    part = service.disputes.credit(second.id, Decimal("5.00"), answer="Trop", by="finance")
    assert state(service) is InvoiceState.DISPUTED
    whole = service.disputes.credit(first.id, answer="Panne avérée", by="finance")

    assert (part.credit_note, whole.credit_note) == ("A-2026-000001", "A-2026-000002")
    assert service.disputes.one(first.id) == whole
    assert state(service) is InvoiceState.ISSUED
    assert service.accounts.standing("P-2026-000001").due == Decimal("30.00")


@pytest.mark.parametrize(
    ("line", "reason", "told"), [(7, "x", "no line 7, it has 2"), (1, " ", "reason: say why")]
)
@pytest.mark.usefixtures("issued")
def test_a_dispute_says_which_line_and_why(
    service: BillingService, line: int, reason: str, told: str
) -> None:
    with pytest.raises(InvalidDispute, match=told):
        service.disputes.open("P-2026-000001", line, reason=reason, evidence="{}", by="aladin")

    assert service.disputes.all() == ()
    assert state(service) is InvoiceState.ISSUED
