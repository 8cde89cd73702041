"""`octroi alerts`: see alerts, work on them, and decide when people are told."""

from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.table import Table

from octroi.cli.permit_telling import Lang
from octroi.cli.place import placed
from octroi.cli.records import BY, errors, opened, out
from telemetry.alerting import NoSuchAlert
from telemetry.concern.handling import IllegalMove
from telemetry.concern.texts import sentence
from telemetry.kept.evidence import Selection
from telemetry.model import Reason
from telemetry.patience import LIMITS, InvalidPatience
from telemetry.told import Alert, AlertId, AlertState, Outcome, Severity
from zones.model import Layer

TOLD = {reason.code: reason for reason in Reason if reason not in {Reason.NONE, Reason.OVERRIDDEN}}
Ident = Annotated[UUID, typer.Argument(help="The alert's id, as `list` shows it.")]
By = Annotated[str, typer.Option(help="Who says so, for the record.")]
Note = Annotated[str, typer.Option(help="What to remember of it, for the record.")]
Seconds = Annotated[float | None, typer.Option(help="Seconds.")]
Metres = Annotated[float | None, typer.Option(help="Metres.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    topic = typer.Typer(help="See alerts, and work on them.", no_args_is_help=True)
    topic.command("list")(placed(list_alerts))
    topic.command("show")(placed(show_alert))
    topic.command("acknowledge")(placed(acknowledge))
    topic.command("assign")(placed(assign))
    topic.command("close")(placed(close))
    topic.command("rules")(placed(list_rules))
    topic.command("rule")(placed(change_rule))
    app.add_typer(topic, name="alerts")


def list_alerts(
    *,
    state: Annotated[AlertState | None, typer.Option(help="Only these.")] = None,
    operator: Annotated[str | None, typer.Option(help="Only about its vehicles.")] = None,
    layer: Annotated[Layer | None, typer.Option(help="Only of this layer.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 30,
    lang: Lang = "en",
) -> None:
    """List alerts, the newest first: what is amiss, since when, and who has taken it up."""
    with opened() as (parts, _):
        table = Table("id", "severity", "state", "since", "operator", "what", "with", box=None)
        found = Selection(state=state, operator=operator, layer=layer, limit=limit)
        for each in parts.alerts.alerts(found):
            told = sentence(each)[lang]
            row = (
                str(each.id),
                _severity(each),
                _state(each),
                _instant(each),
                each.vehicle.operator,
            )
            table.add_row(*row, told, each.assignee or "")
        out.print(table)


def show_alert(ident: Ident) -> None:
    """Show an alert in both languages, and all that was done about it."""
    with opened() as (parts, _):
        try:
            alert = parts.alerts.alert(AlertId(ident))
        except NoSuchAlert as missing:
            _stop(str(missing))
        for text in sentence(alert).values():
            out.print(text, markup=False)
        place = f"{alert.lat:.6f}, {alert.lon:.6f}"
        seen = f"{alert.count} times until {alert.last_at.isoformat(timespec='seconds')}"
        out.print(
            f"{_severity(alert)}, {_state(alert)}; seen {seen}, last at {place}", markup=False
        )
        table = Table("at", "by", "state", "level", "with", "note", box=None)
        for each in parts.alerts.evidence(alert).events:
            at = each.at.isoformat(timespec="seconds")
            said = each.outcome.value if each.outcome else each.state.value
            table.add_row(at, each.by, said, str(each.level), each.assignee or "", each.note)
        out.print(table)


def acknowledge(ident: Ident, *, by: By = BY, note: Note = "") -> None:
    """Say that somebody has seen it: it is not told higher up."""
    _move(ident, AlertState.ACKNOWLEDGED, by=by, note=note)


def assign(
    ident: Ident,
    assignee: Annotated[str, typer.Argument(help="Who is to deal with it.")],
    *,
    by: By = BY,
    note: Note = "",
) -> None:
    """Give it to somebody."""
    _move(ident, AlertState.ASSIGNED, by=by, note=note, assignee=assignee)


def close(
    ident: Ident,
    *,
    dismiss: Annotated[bool, typer.Option(help="It was no reason to act.")] = False,
    by: By = BY,
    note: Note = "",
) -> None:
    """Say that nothing more is to be done: it is resolved, or was no reason to act."""
    outcome = Outcome.DISMISSED if dismiss else Outcome.RESOLVED
    _move(ident, AlertState.CLOSED, by=by, note=note, outcome=outcome)


def list_rules() -> None:
    """List when people are told of what, when it is over, and when it is told higher up."""
    figures_of = tuple(name.removesuffix("_s") for name in LIMITS)
    headings = ("reason", "severity", *figures_of, "raised after, by layer")
    with opened() as (parts, _):
        table = Table(*(each.replace("_", " ") for each in headings), box=None)
        rules = parts.alerts.patience()
        for code, reason in TOLD.items():
            figures = (f"{getattr(rules[reason], name):g}" for name in LIMITS)
            by_layer = rules[reason].raised_after_layer_s.items()
            differing = ", ".join(f"{layer} {wait_s:g}" for layer, wait_s in by_layer)
            table.add_row(code, rules[reason].severity.value, *figures, differing)
        out.print(table)


def change_rule(
    reason: Annotated[str, typer.Argument(help=f"One of {', '.join(TOLD)}.")],
    *,
    act: Annotated[str, typer.Option(help="The act it rests on, for the record.")],
    severity: Annotated[Severity | None, typer.Option(help="How grave it is.")] = None,
    raised_after_s: Seconds = None,
    cleared_after_s: Seconds = None,
    near_cleared_after_s: Seconds = None,
    margin_m: Metres = None,
    margin_height_m: Metres = None,
    margin_mps: Annotated[float | None, typer.Option(help="Metres a second.")] = None,
    escalated_after_s: Seconds = None,
    raised_after_layer: Annotated[
        list[str] | None,
        typer.Option(
            help="air=30: seconds in one layer; air= goes by the others'. May be given again."
        ),
    ] = None,
    by: By = BY,
) -> None:
    """Change when people are told of one kind of situation; what is not given stays.

    A running Octroi goes by it from the next position on. docs/alerts.md explains each figure.
    """
    given = {
        "severity": severity,
        "raised_after_s": raised_after_s,
        "cleared_after_s": cleared_after_s,
        "near_cleared_after_s": near_cleared_after_s,
        "margin_m": margin_m,
        "margin_height_m": margin_height_m,
        "margin_mps": margin_mps,
        "escalated_after_s": escalated_after_s,
    }
    if reason not in TOLD:
        _stop(f"reason: {reason!r} is none of {', '.join(TOLD)}", code=2)
    figures: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    differing = dict(map(_layer_and_seconds, raised_after_layer or ()))
    with opened() as (parts, _):
        if differing:
            before = parts.alerts.patience()[TOLD[reason]].raised_after_layer_s
            figures["raised_after_layer_s"] = {
                layer: wait_s
                for layer, wait_s in {**before, **differing}.items()
                if wait_s is not None
            }
        try:
            parts.alerts.decide(TOLD[reason], figures, by=by, act=act)
        except InvalidPatience as invalid:
            _stop(str(invalid))
        out.print(f"{reason}: decided.", markup=False)


def _layer_and_seconds(text: str) -> tuple[Layer, float | None]:
    name, _, seconds = text.partition("=")
    try:
        return Layer(name), float(seconds) if seconds else None
    except ValueError:
        _stop(f"raised_after_layer: {text!r} is not a layer and seconds, such as air=30", code=2)


def _move(ident: UUID, to: AlertState, **said: object) -> None:
    with opened() as (parts, _):
        try:
            moved = parts.alerts.move(AlertId(ident), to, **said)  # type: ignore[arg-type]  # given above
        except (NoSuchAlert, IllegalMove) as refused:
            _stop(str(refused))
        out.print(f"{moved.id}: {_state(moved)}", markup=False)


def _severity(alert: Alert) -> str:
    return f"{alert.severity.value}{'↑' * alert.level}"


def _state(alert: Alert) -> str:
    return alert.outcome.value if alert.outcome else alert.state.value


def _instant(alert: Alert) -> str:
    return alert.opened_at.isoformat(timespec="seconds")


def _stop(sentence: str, code: int = 1) -> NoReturn:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(code)
