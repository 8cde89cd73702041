"""`octroi permits submit, amend`: ask for a permit, or for another one instead, from a file."""

from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer

from octroi.cli.permit_files import read, stop
from octroi.cli.permit_moves import Ident, Why, done, show
from octroi.cli.permit_telling import AsJson, Lang, advice_lines, print_as
from octroi.cli.place import placed
from octroi.cli.records import BY, opened
from octroi.records import Records
from permits.life.states import Act
from permits.model import Application, Decision, InvalidApplication, Move, Permit, PermitState
from permits.schemas.advice import AdviceOut
from permits.schemas.applications import AdviceIn, ApplicationIn

REFUSED = 1


class ConsideredIn(AdviceIn):
    """An application, or what is not yet one: without vehicles, or by nobody in particular."""

    draft: bool = False


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="An application as JSON, as POST /v1/permits takes it; - is standard input.",
    ),
]
Holder = Annotated[str | None, typer.Option(help="Who asks, where the file does not say.")]


def add(topic: typer.Typer) -> None:
    """Add the commands to the topic of permits."""
    topic.command("submit")(placed(submit))
    topic.command("amend")(placed(amend))


def submit(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|DRAFT",
            help="An application as JSON, as POST /v1/permits takes it; - reads it from standard "
            "input. Or the id of a draft, which is then decided.",
        ),
    ],
    operator: Holder = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask what would be answered, and apply for nothing.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Apply for a permit, and tell the decision with its reasons, conditions and price.

    The file says who asks, what for, where, how high and when; `"draft": true` keeps it undecided:

        {"operator": "ailes", "purpose": "delivery",
         "layer": "air", "vehicles": ["drone-7"], "volumes": [{
           "footprint": {"type": "Point", "radius_m": 50,
                         "coordinates": [2.35, 48.85]},
           "lower": {"value": 30, "reference": "AGL"},
           "upper": {"value": 80, "reference": "AGL"},
           "start": "2026-12-01T09:00:00+01:00",
           "end": "2026-12-01T10:00:00+01:00"}]}

    The exit code is 0 where it is granted, waits for an officer or is kept as a draft, 1 where it
    is refused, and 2 where nothing can be asked for.

    Example: octroi permits submit flight.json --dry-run --lang fr
    """
    if dry_run:
        told = _advised(read(file, ConsideredIn), operator)
        print_as(told, advice_lines(told.model_dump(mode="json"), lang), as_json=as_json)
        _exit(refused=told.would_be is Decision.REFUSED)
    draft = _draft(file)
    body = None if draft else read(file, ApplicationIn)
    with opened() as (parts, _):
        if body is not None:
            asked, keeps = body.to_application(_holder(body, operator)), body.draft
            permit = done(lambda: _applied(parts, asked, keeps=keeps))
        elif draft is not None:
            act = Act(move=Move.SUBMIT, by=BY, at=parts.life.now())
            permit = done(lambda: parts.life.submit(draft, act))
        clock = parts.life.waiting(permit)
    show(permit, clock, lang, as_json=as_json)
    _exit(refused=permit.state is PermitState.REFUSED)


def amend(
    permit: Ident,
    file: File,
    reason: Why = "",
    *,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Ask for something else instead of what a permit grants, or change a draft.

    What was granted stays where this is refused, or waits for an officer.

    The exit code is 0 where it is granted or waits, 1 where it is refused, 2 where nothing can be
    asked for.

    Example: octroi permits amend 2f1c… flight.json --reason "An hour later"
    """
    body = read(file, ApplicationIn)
    with opened() as (parts, _):
        act = Act(move=Move.AMEND, by=BY, at=parts.life.now(), reason=reason)
        after = done(lambda: parts.life.amend(permit, act, lambda before: _instead(before, body)))
        clock = parts.life.waiting(after)
    show(after, clock, lang, as_json=as_json)
    refused = after.attempt is not None and not after.attempt.waits
    _exit(refused=refused or after.state is PermitState.REFUSED)


def _draft(name: str) -> UUID | None:
    """Return the draft that an argument names, where it names no file."""
    try:
        return None if Path(name).exists() else UUID(name)
    except ValueError:
        return None


def _holder(body: AdviceIn, named: str | None) -> str:
    """Return who applies: the file and the option may not differ, and one has to say."""
    if named is not None and body.operator not in {None, named}:
        stop([f"operator: the file says {body.operator}, --operator says {named}"])
    holder = named or body.operator
    if holder is None:
        stop(["operator: say who applies, in the file or by --operator"])
    return holder


def _applied(parts: Records, asked: Application, *, keeps: bool) -> Permit:
    return parts.life.draft(asked, by=BY) if keeps else parts.permits.apply(asked)


def _advised(body: AdviceIn, named: str | None) -> AdviceOut:
    """Return what would be answered; whoever asks need not be known."""
    unknown = named is None and body.operator is None
    asked = body.to_application("" if unknown else _holder(body, named))
    with opened() as (parts, _):
        try:
            found = parts.permits.advise(asked)
        except InvalidApplication as wrong:
            stop([str(wrong)])
        content = body.model_dump(mode="json", exclude={"operator", "vehicles", "draft"})
        return AdviceOut.of(found, parts.permits.seal(content))


def _instead(before: Permit, body: ApplicationIn) -> Application:
    holder = before.application.operator
    if body.operator not in {None, holder}:
        msg = f"operator: a permit stays with its holder, {holder}"
        raise InvalidApplication(msg)
    if body.draft and before.state is not PermitState.DRAFT:
        msg = "draft: an amendment is decided; only a draft stays one"
        raise InvalidApplication(msg)
    return body.to_application(holder)


def _exit(*, refused: bool) -> NoReturn:
    raise typer.Exit(REFUSED if refused else 0)
