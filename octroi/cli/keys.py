"""`octroi keys`: make, list and revoke access keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from octroi import clock
from octroi.admission import Admission
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from octroi.settings import load
from permits.access import TooManyKeys, UnknownHolder, UnknownKey
from permits.parties import Role
from permits.scopes import Scope


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="Make, list and revoke access keys.", no_args_is_help=True)
    topic.command("create")(placed(create_key))
    topic.command("list")(placed(list_keys))
    topic.command("revoke")(placed(revoke_key))
    app.add_typer(topic, name="keys")


def create_key(
    role: Annotated[Role, typer.Argument(help="What the holder is to the city.")],
    name: Annotated[str, typer.Argument(help="Who holds it; operators and sensors by their id.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it is for; several times for several. All of the role if absent."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="How long it opens; OCTROI_KEY_DAYS if absent."),
    ] = None,
) -> None:
    """Make a key and show it, this once. A holder has two at most.

    It opens HTTP at once and the embedded broker of a running Octroi within 10 seconds.
    """
    expires_at = clock.now() + timedelta(days=days) if days else None
    scopes = frozenset(scope) if scope else None
    with opened(founding=True) as (parts, secret):
        keys = Admission(parts.pool, clock.now, secret, lifetime=_lifetime())
        try:
            plain, _ = keys.create_key(role, name, expires_at=expires_at, scopes=scopes)
        except (UnknownHolder, TooManyKeys) as refused:
            errors.print(str(refused), style="red", markup=False)
            raise typer.Exit(1) from refused
        out.print(plain, markup=False)


def list_keys() -> None:
    """List keys by their prefixes; the keys themselves are kept nowhere."""
    headings = ("prefix", "role", "holder", "scopes", "made", "expires", "last used", "revoked")
    with opened() as (parts, secret):
        table = Table(*headings, box=None)
        for key in Admission(parts.pool, clock.now, secret, lifetime=_lifetime()).listing():
            table.add_row(
                f"oct_{key.prefix}",
                key.role.value,
                key.name,
                "all" if key.scopes is None else " ".join(sorted(key.scopes)),
                *_told((key.created_at, key.expires_at, key.last_used_at, key.revoked_at)),
            )
        out.print(table)


def revoke_key(
    prefix: Annotated[str, typer.Argument(help="Its beginning, as `list` shows it.")],
) -> None:
    """Revoke a key: HTTP refuses it at once, the embedded broker within 10 seconds."""
    with opened() as (parts, secret):
        keys = Admission(parts.pool, clock.now, secret, lifetime=_lifetime())
        try:
            keys.revoke(prefix.removeprefix("oct_"))
        except UnknownKey as unknown:
            errors.print(str(unknown), style="red", markup=False)
            raise typer.Exit(1) from unknown
        out.print(f"oct_{prefix.removeprefix('oct_')} opens nothing any more.")


def _lifetime() -> timedelta:
    return timedelta(days=load().key_days)


def _told(instants: Iterable[datetime | None]) -> list[str]:
    return [each.isoformat(timespec="seconds") if each else "" for each in instants]
