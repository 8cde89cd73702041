"""`octroi permits replay`: would a stored decision be taken the same again?"""

from typing import Annotated
from uuid import UUID

import typer

from octroi.cli.counting import counted
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
from permits.replays import NotReplayable
from permits.versions import UnknownPermit

NOT_THE_SAME, UNANSWERED = 1, 2


def add(topic: typer.Typer) -> None:
    """Add the command to the topic of permits."""
    topic.command("replay")(placed(replay))


def replay(
    permit: Annotated[UUID, typer.Argument(help="The id of the permit.")],
) -> None:
    """Take a stored decision again from the versions it rested on, and name what differs.

    The exit code is 0 where it comes out the same, 1 where it does not, 2 without an answer.
    """
    with opened() as (parts, _):
        try:
            found = parts.replays.replay(permit)
        except (UnknownPermit, NotReplayable) as error:
            errors.print(str(error), style="red", markup=False)
            raise typer.Exit(UNANSWERED) from error
    for each in found.missing:
        errors.print(f"not found any more: {each}", markup=False)
    for difference in found.differences:
        errors.print(
            f"{difference.what}: then {difference.then}; again {difference.again}", markup=False
        )
    told = "the same again" if found.same else "not the same again"
    count = len(found.answer.findings)
    out.print(
        f"{permit} version {found.permit.version}: {found.answer.decision.value}, {told}"
        f" ({counted(count, 'finding')}, {found.quote.total:f} {found.quote.currency}).",
        markup=False,
    )
    if not found.same:
        raise typer.Exit(NOT_THE_SAME)
