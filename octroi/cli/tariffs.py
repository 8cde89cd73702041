"""`octroi tariffs`: list prices, publish them, and exchange price lists."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table
from rich.text import Text

from billing.ceilings import PARIS, for_population
from billing.exchange.formats import PriceFormat
from billing.exchange.saying import Unsaid
from billing.lists import Offer, Unsayable
from billing.money import plain
from billing.prices import Tariff
from billing.refused import STATUS
from billing.tariffs import references, write
from octroi import clock
from octroi.cli.counting import counted
from octroi.cli.failures import sentence
from octroi.cli.instants import instant, told
from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from octroi.prices import price_lists
from zones.periods import Window

UNREADABLE = 2
REFUSED = tuple(STATUS)
At = Annotated[
    datetime | None,
    typer.Option(parser=instant, metavar="INSTANT", help="The prices of this instant."),
]
Form = Annotated[PriceFormat, typer.Option("--format", help="In which format.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="List, publish and exchange prices.", no_args_is_help=True)
    topic.command("list")(placed(list_tariffs))
    topic.command("references")(list_references)
    topic.command("import")(placed(import_tariffs))
    topic.command("export")(placed(export_tariffs))
    app.add_typer(topic, name="tariffs")


def list_tariffs(at: At = None) -> None:
    """List every published version of a price, or those at an instant."""
    with opened() as (parts, _):
        _list(parts.billing.tariffs(at))


def list_references(
    to: Annotated[
        Path | None, typer.Option("--out", help="Write them here, to change and to import.")
    ] = None,
    population: Annotated[
        int, typer.Option(min=1, help="How many live in the city: the law's formulae count them.")
    ] = PARIS,
    begins: Annotated[
        datetime | None,
        typer.Option("--from", parser=instant, metavar="DAY", help="When they shall take effect."),
    ] = None,
) -> None:
    """List prices of law and of other cities with their sources; none is in force by itself.

    To publish some, give the day on which they take effect with --from: no tariff is retroactive.
    """
    known = for_population(references(), population)
    if begins is not None:
        known = tuple(replace(each, valid=Window(start=begins)) for each in known)
    _list(known)
    if to is not None:
        _save(to, {"tariffs": [write(each) for each in known]})


def import_tariffs(
    file: Annotated[Path, typer.Argument(help="A price list.")],
    form: Form = PriceFormat.OCTROI,
    act: Annotated[str, typer.Option(help="The legal act, where the format names none.")] = "",
    zone: Annotated[
        list[str] | None,
        typer.Option(help="A zone of prices that name none published; several times for several."),
    ] = None,
    *,
    accept_losses: Annotated[
        bool, typer.Option("--accept-losses", help="Publish though tariffs do not say all of it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")
    ] = False,
) -> None:
    """Publish a price list: all of it, or nothing and why; again, it changes nothing twice."""
    offer = Offer(
        document=_document(file),
        form=form,
        act=act,
        zones=tuple(zone or ()),
        accept_losses=accept_losses,
    )
    with _refused(file), opened(founding=not dry_run) as (parts, _):
        taken = price_lists(parts, clock.now).take(offer, by=BY, dry_run=dry_run)
    _tell(taken.unsaid)
    _list(taken.tariffs)
    verb = "would be" if dry_run else "was" if len(taken.tariffs) == 1 else "were"
    out.print(f"{counted(len(taken.tariffs), 'version')} {verb} published.")


def export_tariffs(
    file: Annotated[Path, typer.Argument(help="Where to write.")],
    form: Form = PriceFormat.OCTROI,
    at: At = None,
) -> None:
    """Write the prices of now and later, or of an instant, and name what the format cannot say.

    What is not said goes to standard error, one line each.
    """
    with opened() as (parts, _):
        written = price_lists(parts, clock.now).written(form, at)
    _save(file, written.document)
    _tell(written.unsaid)
    lost = f"; {counted(len(written.unsaid), 'thing')} {form} cannot say" if written.unsaid else ""
    out.print(f"{counted(written.tariffs, 'version')} written to {file}{lost}.", markup=False)


def _list(tariffs: Iterable[Tariff]) -> None:
    table = Table("id", "version", "kind", "price", "from", "until", "act")
    for each in tariffs:
        cells = (
            each.id,
            str(each.version),
            each.kind.value,
            _price(each),
            told(each.valid.start, "ever"),
            told(each.valid.end),
            each.act,
        )
        # As they are: an act in brackets is no markup.
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)


def _price(tariff: Tariff) -> str:
    price = f"{plain(tariff.carried(tariff.unit_price))} {tariff.currency}"
    rate = plain(tariff.vat.rate_percent)
    return f"{price} + VAT {rate} %" if tariff.vat.taxed else price


def _tell(unsaid: Iterable[Unsaid]) -> None:
    for each in unsaid:
        errors.print(each.sentence, style="yellow", markup=False)


def _document(file: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as broken:
        _stop(file, broken.strerror or "cannot be read", UNREADABLE)
    except ValueError as broken:
        _stop(file, f"is no JSON: {broken}", UNREADABLE)
    if not isinstance(document, dict):
        _stop(file, "is no JSON object", UNREADABLE)
    return document


def _save(file: Path, document: Mapping[str, Any]) -> None:
    try:
        file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as broken:
        _stop(file, broken.strerror or "cannot be written")


@contextmanager
def _refused(file: Path) -> Iterator[None]:
    """Turn a refusal into one sentence and an exit code."""
    try:
        yield
    except REFUSED as refused:
        _stop(file, str(refused))
    except Unsayable as refused:
        option = str(refused).replace("accept_losses", "--accept-losses", 1)
        _stop(file, option)


def _stop(file: Path, reason: str, code: int = 1) -> NoReturn:
    errors.print(sentence(f"{file}: {reason}"), style="red", markup=False)
    raise typer.Exit(code)
