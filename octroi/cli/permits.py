"""`octroi permits`: look after the city's permits."""

import typer

from octroi.cli import permit_asking, permit_moves, replays


def add(app: typer.Typer) -> None:
    """Add the topic."""
    topic = typer.Typer(help="Look after the city's permits.", no_args_is_help=True)
    permit_asking.add(topic)
    permit_moves.add(topic)
    replays.add(topic)
    app.add_typer(topic, name="permits")
