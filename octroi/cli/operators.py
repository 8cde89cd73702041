"""`octroi operators`: register operators, and see their numbers, vehicles and documents."""

from collections.abc import Iterable
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.table import Table

from octroi import clock
from octroi.cli.failures import MISUSED
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from octroi.reasons import reason
from permits.parties import HeldDocument, Operator, SizeClass, Vehicle
from permits.registration import Contradicted
from permits.schemas.registry import OperatorIn

ASK = "-"
Ident = Annotated[str, typer.Argument(help="Its id, which is its MQTT user name too.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="Register operators and look at them.", no_args_is_help=True)
    topic.command("add")(placed(add_operator))
    topic.command("list")(placed(list_operators))
    topic.command("show")(placed(show_operator))
    app.add_typer(topic, name="operators")


def add_operator(
    ident: Ident,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    size: Annotated[SizeClass, typer.Option(help="How large it is (2003/361/EC).")],
    *,
    siren: Annotated[str, typer.Option(help="The company's nine digits.")] = "",
    siret: Annotated[str, typer.Option(help="The establishment's fourteen digits.")] = "",
    address: Annotated[str, typer.Option(help="Where its invoices go.")] = "",
    uas_number: Annotated[
        str, typer.Option(help="Its whole number as a drone operator; - asks for it, unseen.")
    ] = "",
) -> None:
    """Register an operator, or state of one what was not known.

    The last three characters of a drone operator's number are secret: better typed than given.
    """
    if uas_number == ASK:
        uas_number = typer.prompt("Number as a drone operator", hide_input=True)
    stated = {"id": ident, "name": name, "size": size, "siren": siren, "siret": siret}
    try:
        body = OperatorIn.model_validate({**stated, "address": address, "uas_number": uas_number})
    except ValidationError as invalid:
        first = invalid.errors()[0]
        _stop(f"{first['loc'][0]}: {reason(dict(first))}", MISUSED)
    with opened(founding=True) as (parts, _):
        try:
            known = parts.registry.add_operator(body.to_operator(), body.uas())
        except Contradicted as taken:
            _stop(str(taken))
        out.print(_told(known), markup=False)


def list_operators() -> None:
    """List operators with what they are registered under."""
    with opened() as (parts, _):
        table = Table("id", "name", "size", "SIREN", "SIRET", "drone operator", box=None)
        for each in parts.registry.operators():
            numbers = (each.siren, each.siret, each.uas_number)
            table.add_row(each.id, each.name, each.size.value, *numbers)
        out.print(table)


def show_operator(ident: Ident) -> None:
    """Show an operator, its vehicles, and until when its documents are valid."""
    with opened() as (parts, _):
        found = parts.registry.operator(ident)
        if found is None:
            _stop(f"no operator {ident!r} is known")
        vehicles = parts.registry.vehicles(found.id)
        held = [*parts.registry.documents(ident)]
        for each in vehicles:
            held += parts.registry.documents(ident, each.id)
        out.print(_told(found), markup=False)
        out.print(_vehicles(vehicles))
        out.print(_documents(held))


def _told(operator: Operator) -> str:
    numbers = {
        "SIREN": operator.siren,
        "SIRET": operator.siret,
        "drone operator": operator.uas_number,
    }
    stated = ", ".join(f"{name} {number}" for name, number in numbers.items() if number)
    return f"{operator.id}: {operator.name}, {operator.size}, {stated or 'no number'}"


def _vehicles(vehicles: Iterable[Vehicle]) -> Table:
    table = Table("vehicle", "layer", "kind", "number", "class", "kg", box=None)
    for each in vehicles:
        numbers = (each.serial, each.eni, each.mmsi, each.plate)
        table.add_row(
            each.id,
            each.layer.value,
            each.kind,
            ", ".join(str(number) for number in numbers if number is not None),
            each.ce_class or "",
            "" if each.mass_kg is None else f"{each.mass_kg:g}",
        )
    return table


def _documents(held: Iterable[HeldDocument]) -> Table:
    now = clock.now()
    table = Table("document", "for", "number", "issuer", "until", "", box=None)
    for each in held:
        until = each.valid_until.isoformat(timespec="minutes")
        state = "valid" if each.valid_from <= now < each.valid_until else "not valid now"
        whom = each.vehicle or "all vehicles"
        table.add_row(each.kind.value, whom, each.number, each.issuer, until, state)
    return table


def _stop(sentence: str, code: int = 1) -> NoReturn:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(code)
