"""`octroi keys`: make and list access keys."""

from typing import Annotated

import typer
from rich.table import Table

from octroi import clock
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from permits.access import AccessService, UnknownHolder
from permits.parties import Role


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="Make and list access keys.", no_args_is_help=True)
    topic.command("create")(placed(create_key))
    topic.command("list")(placed(list_keys))
    app.add_typer(topic, name="keys")


def create_key(
    role: Annotated[Role, typer.Argument(help="What the holder is to the city.")],
    name: Annotated[str, typer.Argument(help="Who holds it; operators and sensors by their id.")],
) -> None:
    """Make a key and show it, this once.

    A key made here opens the HTTP API at once. To open the embedded broker too, make it with
    POST /v1/keys while Octroi runs.
    """
    with opened() as (parts, secret):
        try:
            plain, _ = AccessService(parts.pool, clock.now, secret).create_key(role, name)
        except UnknownHolder as unknown:
            errors.print(str(unknown), style="red", markup=False)
            raise typer.Exit(1) from unknown
        out.print(plain, markup=False)


def list_keys() -> None:
    """List keys by their prefixes; the keys themselves are kept nowhere."""
    with opened() as (parts, secret):
        table = Table("prefix", "role", "holder", "made", "revoked", box=None)
        for key in AccessService(parts.pool, clock.now, secret).listing():
            revoked = key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else ""
            made = key.created_at.isoformat(timespec="seconds")
            table.add_row(f"oct_{key.prefix}", key.role.value, key.name, made, revoked)
        out.print(table)
