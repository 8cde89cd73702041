"""What does an auditor take home? Claims, corrections, books and evidence, with their hashes.

`octroi billing verify BUNDLE` reckons it again on any machine, with no database and no network.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.canonical import canonical, instant
from billing.crediting import document as credit_document
from billing.export import archive, document
from billing.export.books import Books
from billing.export.reckoning import wrong_claim, wrong_credits
from billing.ledger import Posting
from billing.model import Fault
from billing.money import cents

INVOICES, CREDITS, LEDGER = "invoices.jsonl", "credit_notes.jsonl", "ledger.csv"
EVIDENCE, MANIFEST = "evidence.jsonl", "manifest.json"
FILES = (INVOICES, CREDITS, LEDGER, EVIDENCE)
ALL = (MANIFEST, *FILES)
LEDGER_COLUMNS = ("document", "journal", "at", "invoice", "account", "debit", "credit")
LIMIT_BYTES = 2_000_000_000


class InvalidBundle(Exception):
    """A file that is no audit bundle, or one that is broken; the message says where."""


def write(books: Books, evidence: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a bundle; `evidence` is what every line rests on."""
    notes = ({**credit_document(each), "hash": each.hash} for each in books.notes)
    content = {
        INVOICES: _lines(document.write(each) for each in books.invoices),
        CREDITS: _lines(json.loads(canonical(each)) for each in notes),
        LEDGER: _ledger(books.postings),
        EVIDENCE: _lines(evidence),
    }
    manifest = {
        "format": "octroi-audit-1",
        "period": books.period.label,
        "sha256": {name: hashlib.sha256(text).hexdigest() for name, text in content.items()},
    }
    return archive.write([(MANIFEST, canonical(manifest)), *content.items()])


def verify(bundle: bytes) -> tuple[Fault, ...]:
    """Reckon a bundle again; nothing to tell means that all agrees."""
    content = _opened(bundle)
    try:
        manifest = json.loads(content[MANIFEST])
        told = manifest["sha256"]
        _require_all(told, "its manifest names no hash of", of=FILES)
        changed = [
            Fault(number=name, reason="its content is not what the manifest says")
            for name in FILES
            if hashlib.sha256(content[name]).hexdigest() != told[name]
        ]
        invoices = [json.loads(line) for line in content[INVOICES].splitlines()]
        notes = [json.loads(line) for line in content[CREDITS].splitlines()]
        found = [*changed, *_wrong_claims(invoices), *_wrong_credits(invoices, notes)]
        return (*found, *_unbalanced(content[LEDGER].decode()))
    except (ValueError, KeyError, TypeError, InvalidOperation) as broken:
        msg = f"the bundle cannot be read: {type(broken).__name__}: {broken}"
        raise InvalidBundle(msg) from broken


def _opened(bundle: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LIMIT_BYTES:
                msg = "the bundle is too large"
                raise InvalidBundle(msg)
            _require_all(packed.namelist(), "the bundle has no")
            return {name: packed.read(name) for name in ALL}
    except (zipfile.BadZipFile, OSError, EOFError) as broken:
        msg = f"this is no whole audit bundle: {broken}"
        raise InvalidBundle(msg) from broken


def _require_all(names: Iterable[str], lacking: str, *, of: Sequence[str] = ALL) -> None:
    """Refuse what leaves out a file, by the names of all that it leaves out."""
    known = set(names)
    missing = [name for name in of if name not in known]
    if missing:
        msg = f"this is no whole audit bundle: {lacking} {', '.join(missing)}"
        raise InvalidBundle(msg)


def _wrong_claims(invoices: Iterable[dict[str, Any]]) -> Iterator[Fault]:
    for each in invoices:
        number = str(each["number"])
        sealed = {name: value for name, value in each.items() if name not in {"hash", "state"}}
        if hashlib.sha256(canonical(sealed)).hexdigest() != each["hash"]:
            yield Fault(number=number, reason="its content is not what was sealed")
        yield from wrong_claim(each)


def _wrong_credits(
    invoices: Iterable[dict[str, Any]], notes: Iterable[dict[str, Any]]
) -> Iterator[Fault]:
    claimed = {each["number"]: each for each in invoices}
    known = []
    for note in notes:
        number = str(note["number"])
        sealed = {name: value for name, value in note.items() if name != "hash"}
        if hashlib.sha256(canonical(sealed)).hexdigest() != note["hash"]:
            yield Fault(number=number, reason="its content is not what was sealed")
        cited = claimed.get(note["invoice"])
        if cited is None or cited["hash"] != note["invoice_hash"]:
            yield Fault(number=number, reason="the invoice it cites is not in the bundle")
        else:
            known.append(note)
    yield from wrong_credits(claimed, known)


def _unbalanced(text: str) -> Iterator[Fault]:
    balances: dict[str, Decimal] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name = row["document"]
        side = Decimal(row["debit"]) - Decimal(row["credit"])
        balances[name] = balances.get(name, Decimal(0)) + side
    for name, balance in balances.items():
        if balance:
            yield Fault(number=name, reason="its entry does not balance")


def _ledger(postings: Iterable[Posting]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(LEDGER_COLUMNS)
    for each in postings:
        sides = (cents(each.debit), cents(each.credit))
        told = (each.document, each.journal, instant(each.at), each.invoice, each.account)
        writer.writerow([*told, *sides])
    return buffer.getvalue().encode()


def _lines(documents: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for each in documents
    )
