"""`octroi billing export`: hand out one document, or what a month claimed, in any form."""

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from billing import exporting
from billing.export import credit_pdf, dictionary, document, lines, pdf, table
from billing.export.words import LANGUAGE
from billing.exporting import Kind
from billing.model import Invoice
from billing.periods import parse
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from octroi.cli.billed import Misused, OpenService, Told
from octroi.cli.place import placed
from octroi.cli.records import errors

Out = Annotated[
    Path | None,
    typer.Option(help="Where to write, a file or a folder; standard output if missing."),
]


class Form(StrEnum):
    """How invoices are exported."""

    CSV = "csv"
    JSON = "json"
    PDF = "pdf"
    XLSX = "xlsx"
    PARQUET = "parquet"
    USAGE = "usage"
    UBL = "ubl"
    FACTURX = "facturx"
    FEC = "fec"
    PES = "pes"
    AUDIT = "audit"


ENDINGS = {
    Form.JSON: (".json", ".jsonl", ".ndjson"),
    Form.USAGE: (".parquet",),
    Form.UBL: (".zip",),
    Form.FACTURX: (".zip",),
    Form.FEC: (".txt",),
    Form.PES: (".xml",),
    Form.AUDIT: (".zip",),
}
# What tells of a month as a whole.
MONTHLY = frozenset(Form) - {Form.CSV, Form.JSON, Form.PDF}
# What tells of a month by a table of its own, too.
TABLED = MONTHLY | {Form.CSV}


def add(app: typer.Typer, open_service: OpenService, told: Told, misused: Misused) -> None:
    """Add the commands; `told` turns a refusal into a sentence, `misused` ends with one."""
    _add_dictionary(app, misused)

    @app.command("export")
    @placed
    def export(
        form: Form,
        invoice: Annotated[str | None, typer.Option(help="One, by its number or id.")] = None,
        credit_note: Annotated[str | None, typer.Option(help="One, as PDF, by its number.")] = None,
        period: Annotated[
            str | None, typer.Option(help="All issued of this month; for pes, issued in it.")
        ] = None,
        out: Out = None,
        lang: Annotated[LANGUAGE, typer.Option(help="Of the PDF.")] = "fr",
        without: Annotated[
            list[str] | None,
            typer.Option(help="A document that pes leaves out, by its number. Can be repeated."),
        ] = None,
    ) -> None:
        """Write one invoice as CSV, JSON or PDF, a credit note as PDF, or a month in other forms.

        The file ends as its form does: .csv, .json (also .jsonl, .ndjson), .pdf, .xlsx, .parquet
        (also for usage), .zip (ubl, facturx, audit), .txt (fec), .xml (pes). A name with the ending
        of another form is refused; in a folder the file gets its own.

        pes is PES V2 Recette, what the public accountant takes charge of; usage is Parquet, what
        was used in the month and what it cost.
        """
        wrong = _wrong(form, invoice, credit_note, period, without) or _misnamed(form, out)
        if wrong:
            misused(wrong)
        with told(), open_service() as service:
            if period and form in TABLED:
                kind, month = Kind(form), parse(period)
                file = exporting.export(service, kind, month, lang=lang, without=without or ())
                _write(form, file.pieces, out, file.name)
                if file.remark:
                    errors.print(file.remark[lang], markup=False)
            elif credit_note:
                pieces = [credit_pdf.write(service.accounts.credit_note(credit_note), lang)]
                _write(form, pieces, out, f"{credit_note}.pdf")
            else:
                found = [service.invoice(invoice)] if invoice else _issued(service, str(period))
                _write(form, _pieces(found, form, lang), out, f"octroi-{invoice or period}.{form}")


def _wrong(
    form: Form,
    invoice: str | None,
    credit_note: str | None,
    period: str | None,
    without: list[str] | None,
) -> str:
    """Tell what does not go together, or nothing."""
    named = [each for each in (invoice, credit_note, period) if each is not None]
    for wrong, sentence in (
        (len(named) != 1, "Name one with --invoice or --credit-note, or a month with --period."),
        (credit_note and form is not Form.PDF, "A credit note alone comes as pdf."),
        (form is Form.PDF and period, "A PDF holds one document: name it with --invoice."),
        (form in MONTHLY and not period, f"{form} holds a month: name it with --period."),
        (without and form is not Form.PES, "Only pes leaves documents out (--without)."),
    ):
        if wrong:
            return sentence
    return ""


def _issued(service: BillingService, period: str) -> Iterable[Invoice]:
    return service.every_invoice(InvoiceFilter(state="issued", period=parse(period)))


def _pieces(invoices: Iterable[Invoice], form: Form, lang: LANGUAGE) -> Iterator[bytes]:
    if form is Form.CSV:
        yield from (text.encode() for text in table.write(lines.rows(invoices)))
    elif form is Form.JSON:
        for each in invoices:
            yield json.dumps(document.write(each), ensure_ascii=False).encode() + b"\n"
    else:
        yield from (pdf.write(each, lang) for each in invoices)


def _misnamed(form: Form, out: Path | None) -> str:
    """Tell that a name says of a file what it is not, or nothing."""
    endings = ENDINGS.get(form, (f".{form}",))
    if out is None or out.is_dir() or not out.suffix or out.suffix.lower() in endings:
        return ""
    return f"--out: {form} is written as {' or '.join(endings)}, not as {out.suffix}."


def _write(form: str, pieces: Iterable[bytes], out: Path | None, name: str) -> None:
    """Write a file, in a folder under the name it has; say what was written."""
    if out is None:
        sys.stdout.buffer.writelines(pieces)
        return
    place = out / name if out.is_dir() else out
    with place.open("wb") as file:
        file.writelines(pieces)
        size = file.tell()
    typer.echo(f"{place}: {form}, {size} B")


def _add_dictionary(app: typer.Typer, misused: Misused) -> None:
    @app.command("dictionary")
    def dictionary_(out: Out = None) -> None:
        """Write what the columns of csv, xlsx, parquet and usage mean: CSV, or JSON by its name."""
        endings = (".csv", ".json")
        if out is not None and not out.is_dir() and out.suffix not in endings:
            misused(f"--out: the dictionary is written as {' or '.join(endings)}.")
        if out is not None and out.suffix == ".json":
            told = json.dumps(dictionary.as_document(), ensure_ascii=False, indent=1) + "\n"
            _write("JSON", [told.encode()], out, "")
        else:
            _write("CSV", [dictionary.as_csv().encode()], out, "octroi-dictionary.csv")
