"""`octroi permits list, show, …`: see permits, and move them through their life."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.table import Table

from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from permits.life.activation import Untimely
from permits.life.extending import extended
from permits.life.states import Act, IllegalMove, possible
from permits.living import LifeService, Objected
from permits.model import InvalidApplication, Move, Permit, PermitState
from permits.rules.sharing import Full
from permits.search import LARGEST_PAGE, Search
from permits.texts.catalogue import finding_texts
from permits.versions import StaleVersion, UnknownPermit

REFUSALS = (
    UnknownPermit,
    IllegalMove,
    Objected,
    Untimely,
    Full,
    StaleVersion,
    InvalidApplication,
)

Ident = Annotated[UUID, typer.Argument(help="The permit's id.")]
Why = Annotated[str, typer.Option("--reason", help="Why; its holder is told.")]
Said = Annotated[str, typer.Argument(help="Why; its holder is told.")]


def add(topic: typer.Typer) -> None:
    """Add the commands."""
    commands: dict[str, Callable[..., None]] = {
        "list": list_permits,
        "show": show,
        "activate": activate,
        "end": end,
        "extend": extend,
        "retract": retract,
        "withdraw": withdraw,
        "review": review,
        "hold": hold,
        "release": release,
        "revoke": revoke,
    }
    for name, command in commands.items():
        topic.command(name)(placed(command))


def list_permits(
    state: Annotated[PermitState | None, typer.Option(help="Only those in this state.")] = None,
    operator: Annotated[str | None, typer.Option(help="Only those of this operator.")] = None,
    *,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what waits for an officer: their queue.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=LARGEST_PAGE, help="At most so many.")] = 50,
) -> None:
    """List permits, newest first; those waiting for an officer with what silence will mean."""
    asked = Search(state=state, operator=operator, waiting=waiting, limit=limit)
    with opened() as (parts, _):
        page = parts.permits.listing(asked)
        table = Table("permit", "state", "operator", "layer", "purpose", "until", "", box=None)
        for each in page.permits:
            use = each.application
            until = max(volume.end for volume in use.volumes).isoformat(timespec="minutes")
            words = (each.state.value, use.operator, use.layer.value, use.purpose.value)
            table.add_row(str(each.id), *words, until, _waits(parts.life, each))
        out.print(table)


def show(permit: Ident) -> None:
    """Show a permit: its state, what was found, and the moves open to it."""
    with opened() as (parts, _):
        _tell(_done(lambda: parts.life.get(permit)))


def activate(permit: Ident, reason: Why = "") -> None:
    """Begin the use, right before it: all that it was granted upon is asked again."""
    _make(permit, Move.ACTIVATE, reason)


def end(permit: Ident, reason: Why = "") -> None:
    """End the use before its window does."""
    _make(permit, Move.END, reason)


def extend(
    permit: Ident,
    ends: Annotated[
        list[datetime],
        typer.Argument(help="New ends: one for each volume, or one for those that end last."),
    ],
    reason: Why = "",
) -> None:
    """Ask to go on for longer; what was granted stays where that is refused. Hours are local."""
    with opened() as (parts, _):
        aware = [each.astimezone() for each in ends]
        act = Act(move=Move.EXTEND, by=BY, at=parts.life.now(), reason=reason)
        after = _done(
            lambda: parts.life.amend(
                permit, act, lambda before: extended(before.application, aware)
            )
        )
        _tell(after)
        if after.attempt is not None:
            raise typer.Exit(1)


def retract(permit: Ident, reason: Why = "") -> None:
    """Give up an extension or amendment that waits for an officer; the permit stays."""
    _make(permit, Move.RETRACT, reason)


def withdraw(permit: Ident, reason: Why = "") -> None:
    """Give a permit back, or an application up."""
    _make(permit, Move.WITHDRAW, reason)


def review(
    permit: Ident,
    reason: Said,
    *,
    grant: Annotated[
        bool | None, typer.Option("--grant/--refuse", help="Decide; without it, ask for a review.")
    ] = None,
) -> None:
    """Decide as an officer, or have an officer look."""
    moves = {None: Move.REVIEW, True: Move.GRANT, False: Move.REFUSE}
    _make(permit, moves[grant], reason)


def hold(permit: Ident, reason: Said) -> None:
    """Suspend a permit; it keeps its place."""
    _make(permit, Move.HOLD, reason)


def release(permit: Ident, reason: Said) -> None:
    """Let a permit that is on hold be used again, when nothing stands against it now."""
    _make(permit, Move.RELEASE, reason)


def revoke(permit: Ident, reason: Said) -> None:
    """Take a permit back."""
    _make(permit, Move.REVOKE, reason)


def _make(permit: UUID, move: Move, reason: str) -> None:
    with opened() as (parts, _):
        life = parts.life
        making = life.activate if move is Move.ACTIVATE else life.move
        act = Act(move=move, by=BY, at=life.now(), reason=reason)
        _tell(_done(lambda: making(permit, act)))


def _done(make: Callable[[], Permit]) -> Permit:
    try:
        return make()
    except REFUSALS as refused:
        _stop(str(refused))


def _tell(permit: Permit) -> None:
    asked = permit.application
    out.print(f"{permit.id}: {permit.state}, version {permit.version}", markup=False)
    out.print(f"{asked.operator}, {asked.layer}, {asked.purpose}", markup=False)
    for each in asked.volumes:
        out.print(f"{each.start.isoformat()} … {each.end.isoformat()}", markup=False)
    refused = () if permit.attempt is None else permit.attempt.findings
    for finding in (*permit.findings, *permit.hold, *refused):
        out.print(f"{finding.outcome}: {finding_texts(finding)['en']}", markup=False)
    out.print(f"moves: {', '.join(possible(permit)) or 'none'}", markup=False)


def _waits(life: LifeService, permit: Permit) -> str:
    clock = life.waiting(permit)
    if clock is None:
        return ""
    late = ", escalated" if clock.escalated else ""
    return f"{clock.silence} on {clock.due_at.date().isoformat()}{late}"


def _stop(sentence: str) -> NoReturn:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(1)
