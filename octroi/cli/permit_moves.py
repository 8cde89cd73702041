"""`octroi permits list, show, …`: see permits, and move them through their life."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.table import Table

from octroi.cli.instants import told
from octroi.cli.permit_telling import AsJson, Lang, Language, permit_lines, print_as
from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from permits.life.activation import Untimely
from permits.life.deadlines import Waiting
from permits.life.extending import extended
from permits.life.movers import Mover
from permits.life.states import Act, IllegalMove
from permits.living import LifeService, Objected
from permits.model import InvalidApplication, Move, Permit, PermitState
from permits.rules.sharing import Full
from permits.schemas.answers import PermitOut
from permits.search import LARGEST_PAGE, Search
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
Said = Annotated[str, typer.Option("--reason", help="Why; its holder is told.")]


def add(topic: typer.Typer) -> None:
    """Add the commands."""
    commands: dict[str, Callable[..., None]] = {
        "list": list_permits,
        "show": show_permit,
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
    """List permits, newest first, or what waits for an officer, due first.

    What waits is told with what silence will mean, and when.
    """
    asked = Search(state=state, operator=operator, waiting=waiting, limit=limit)
    with opened() as (parts, _):
        page = parts.permits.listing(asked)
        table = Table("permit", "state", "operator", "layer", "purpose", "until", "", box=None)
        found = page.permits
        for each in sorted(found, key=partial(_due, parts.life)) if waiting else found:
            use = each.application
            until = told(max(volume.end for volume in use.volumes))
            words = (each.state.value, use.operator, use.layer.value, use.purpose.value)
            waits = _waits(parts.life, each, asked=waiting)
            table.add_row(str(each.id), *words, until, waits)
        out.print(table)


def show_permit(permit: Ident, *, lang: Lang = "en", as_json: AsJson = False) -> None:
    """Show a permit: its state, what was found, its price, and the moves open to it."""
    with opened() as (parts, _):
        found = done(lambda: parts.life.get(permit))
        clock = parts.life.waiting(found)
    show(found, clock, lang, as_json=as_json)


def activate(permit: Ident, reason: Why = "", *, lang: Lang = "en") -> None:
    """Begin the use, right before it: all that it was granted upon is asked again."""
    _make(permit, Move.ACTIVATE, reason, lang)


def end(permit: Ident, reason: Why = "", *, lang: Lang = "en") -> None:
    """End the use before its window does."""
    _make(permit, Move.END, reason, lang)


def extend(
    permit: Ident,
    ends: Annotated[
        list[datetime],
        typer.Argument(help="New ends: one for each volume, or one for those that end last."),
    ],
    reason: Why = "",
    *,
    lang: Lang = "en",
) -> None:
    """Ask to go on for longer; what was granted stays where that is refused. Hours are local.

    The exit code is 1 where it is refused.
    """
    aware = [each.astimezone() for each in ends]
    with opened() as (parts, _):
        act = Act(move=Move.EXTEND, by=BY, at=parts.life.now(), reason=reason)
        after = done(
            lambda: parts.life.amend(
                permit, act, lambda before: extended(before.application, aware)
            )
        )
        show(after, parts.life.waiting(after), lang)
    if after.attempt is not None and not after.attempt.waits:
        raise typer.Exit(1)


def retract(permit: Ident, reason: Why = "", *, lang: Lang = "en") -> None:
    """Give up an extension or amendment that waits for an officer; the permit stays."""
    _make(permit, Move.RETRACT, reason, lang)


def withdraw(permit: Ident, reason: Why = "", *, lang: Lang = "en") -> None:
    """Give a permit back, or an application up."""
    _make(permit, Move.WITHDRAW, reason, lang)


def review(
    permit: Ident,
    reason: Said,
    *,
    grant: Annotated[
        bool | None, typer.Option("--grant/--refuse", help="Decide; without it, ask for a review.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Decide as an officer, or have an officer look; what was asked for besides comes first."""
    moves = {None: Move.REVIEW, True: Move.GRANT, False: Move.REFUSE}
    _make(permit, moves[grant], reason, lang)


def hold(permit: Ident, reason: Said, *, lang: Lang = "en") -> None:
    """Suspend a permit; it keeps its place."""
    _make(permit, Move.HOLD, reason, lang)


def release(permit: Ident, reason: Said, *, lang: Lang = "en") -> None:
    """Let a permit that is on hold be used again, when nothing stands against it now."""
    _make(permit, Move.RELEASE, reason, lang)


def revoke(permit: Ident, reason: Said, *, lang: Lang = "en") -> None:
    """Take a permit back."""
    _make(permit, Move.REVOKE, reason, lang)


def done(make: Callable[[], Permit]) -> Permit:
    """Return the permit as it stands after a move, or say why the move is not made."""
    try:
        return make()
    except REFUSALS as refused:
        _stop(str(refused))


def show(permit: Permit, clock: Waiting | None, lang: Language, *, as_json: bool = False) -> None:
    """Show a permit with everything that an officer may know of it."""
    told = PermitOut.of(permit, Mover.EITHER, clock)
    print_as(told, permit_lines(told.model_dump(mode="json"), lang), as_json=as_json)


def _make(permit: UUID, move: Move, reason: str, lang: Language) -> None:
    with opened() as (parts, _):
        life = parts.life
        making = life.activate if move is Move.ACTIVATE else life.move
        act = Act(move=move, by=BY, at=life.now(), reason=reason)
        after = done(lambda: making(permit, act))
        show(after, life.waiting(after), lang)


def _waits(life: LifeService, permit: Permit, *, asked: bool) -> str:
    """Say what an officer is asked; what is granted already has no clock."""
    clock = life.waiting(permit)
    if clock is None:
        return "a review is asked for" if asked else ""
    attempt = permit.attempt
    what = "" if attempt is None else f"{attempt.move}: "
    late = ", escalated" if clock.escalated else ""
    return f"{what}{clock.silence} on {told(clock.due_at)}{late}"


def _due(life: LifeService, permit: Permit) -> tuple[bool, datetime]:
    """Return a permit's place in the officers' queue: what silence decides first comes first."""
    clock = life.waiting(permit)
    return (clock is None, permit.recorded_at if clock is None else clock.due_at)


def _stop(sentence: str) -> NoReturn:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(1)
