"""What does billing refuse, and with which status does HTTP say so?"""

from billing.accounts import ConflictingPayment
from billing.claims import ClockWentBack
from billing.crediting import NotCredited
from billing.export.pes.codes import InvalidCodes
from billing.export.pes.debtors import UnwritableDebtor
from billing.export.pes.slips import NoTitle
from billing.invoices import AlreadyIssued
from billing.judging.report import DocumentRefused
from billing.judging.treasury import NoSchemas
from billing.life.corrections import NoSuchCreditDraft, NotCorrected
from billing.life.disputes import DisputeConflict, InvalidDispute, NoSuchDispute
from billing.life.refunding import NotRefunded
from billing.life.states import IllegalInvoiceMove, StillInReview
from billing.life.writing_off import NotWrittenOff
from billing.moving import NoSuchInvoice
from billing.periods import InvalidPeriod
from billing.prices import InvalidTariff
from billing.publishing import RetroactiveTariff, SkippedVersion
from billing.reviewing import UnexplainedReturn
from billing.running import PeriodNotOver, UnknownDebtor
from billing.stating import ContradictedStatement, InvalidStatement
from billing.taxing import NoVatId
from billing.transfers import InvalidTransfers
from billing.treasury import NothingIssued
from billing.versions import OverlappingTariffs

STATUS: dict[type[Exception], int] = {
    InvalidPeriod: 422,
    PeriodNotOver: 409,
    NoSuchInvoice: 404,
    AlreadyIssued: 409,
    InvalidTariff: 422,
    OverlappingTariffs: 409,
    RetroactiveTariff: 409,
    SkippedVersion: 409,
    UnknownDebtor: 409,
    ClockWentBack: 503,
    DocumentRefused: 409,
    NoVatId: 409,
    InvalidCodes: 409,
    NoSchemas: 409,
    NoTitle: 409,
    NothingIssued: 404,
    UnwritableDebtor: 409,
    NotCredited: 422,
    IllegalInvoiceMove: 409,
    StillInReview: 409,
    UnexplainedReturn: 422,
    InvalidDispute: 422,
    DisputeConflict: 409,
    NoSuchDispute: 404,
    NotRefunded: 422,
    NotWrittenOff: 422,
    NotCorrected: 422,
    NoSuchCreditDraft: 404,
    InvalidStatement: 422,
    ContradictedStatement: 409,
    InvalidTransfers: 422,
    ConflictingPayment: 409,
}
