"""`octroi doctor` and `octroi migrate`: check an installation, and its database's shape."""

import socket
from urllib.parse import urlsplit

import psycopg
import typer

from octroi.backing import database
from octroi.cli.counting import counted
from octroi.cli.failures import BrokerAway, told
from octroi.cli.place import placed, settings
from octroi.cli.records import out
from octroi.embedded.mosquitto import mosquitto_program
from octroi.migrate import migrate
from octroi.surroundings import datum_of, water_of
from telemetry.broker import PORTS

# Whether the database keeps operators apart by itself.
STANDS = "SELECT permits.wall_stands()"
WALL = "[green]✓[/green] wall: the database shows each operator its own rows only"
NO_WALL = (
    "[yellow]![/yellow] wall: none between operators inside the database; let a superuser "
    "CREATE ROLE octroi_operator NOLOGIN and GRANT it TO this user, then run octroi migrate"
)

PATIENCE_S = 5.0


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("doctor")(placed(doctor))
    app.command("migrate")(placed(migrate_command))


def migrate_command() -> None:
    """Bring the database to the shape this version expects."""
    with told(), database(settings(), founding=True) as (url, _):
        applied = migrate(url)
    out.print("\n".join(applied) if applied else "The database is up to date.")


def doctor() -> None:
    """Check this installation, and say what it stands on."""
    with told():
        asked = settings()
        out.print(f"[green]✓[/green] settings: data in {asked.data_dir}")
        out.print(f"[green]✓[/green] ground: {datum_of(asked).ground.source}")
        water = water_of(asked)
        out.print(f"[green]✓[/green] water: {water.source if water else 'not known'}")
        program = mosquitto_program()
        if asked.mqtt_url is not None:
            out.print(f"[green]✓[/green] broker: {_answering(asked.mqtt_url)} answers")
        elif program is not None:
            out.print(f"[green]✓[/green] broker: {program}, with access control")
        else:
            out.print("[yellow]![/yellow] broker: iotcore, no access control; install mosquitto")
        with database(asked, founding=False) as (url, _), psycopg.connect(url) as connection:
            out.print(f"[green]✓[/green] database: PostgreSQL {_version(connection)}")
            pending = migrate(url)
            shape = f"{counted(len(pending), 'migration')} applied now" if pending else "up to date"
            out.print(f"[green]✓[/green] schema: {shape}")
            out.print(WALL if connection.execute(STANDS).fetchone() == (True,) else NO_WALL)


def _answering(mqtt_url: str) -> str:
    """Return where the broker answers, or say that it does not."""
    address = urlsplit(mqtt_url)
    place = f"{address.hostname}:{address.port or PORTS[address.scheme]}"
    try:
        port = address.port or PORTS[address.scheme]
        socket.create_connection((address.hostname or "", port), timeout=PATIENCE_S).close()
    except OSError as error:
        msg = f"No broker answers at {place}: start it, or mend OCTROI_MQTT_URL."
        raise BrokerAway(msg) from error
    return place


def _version(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    number = connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"
