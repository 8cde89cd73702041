"""`octroi serve`: everything on this machine."""

from typing import Annotated, Any

import typer
from rich.console import Console

from octroi.backing import Backing
from octroi.cli.failures import told
from octroi.cli.place import DataDir
from octroi.hosting import Hosted, hosted
from octroi.logs import configure
from octroi.settings import load
from permits.parties import Role


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        msg = f"{text!r} is not a port from 0 (any free one) to 65535."
        raise typer.BadParameter(msg)
    return int(text)


Port = Annotated[
    int | None,
    typer.Option(parser=_number, metavar="PORT", help="Port to listen on; 0 takes any free one."),
]
Language = Annotated[str | None, typer.Option(help="Language of the pages by default: fr or en.")]


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(command)


def command(port: Port = None, data_dir: DataDir = None, language: Language = None) -> None:
    """Run the whole of Octroi on this machine, until stopped.

    With nothing configured a PostgreSQL and an MQTT broker of its own are started in the data
    directory. OCTROI_DATABASE_URL and OCTROI_MQTT_URL point to other servers instead.
    """
    with told():
        settings = load(**given(port=port, data_dir=data_dir, language=language))
        configure(settings.log_level)
        with hosted(settings) as host:
            _tell(host)
            host.run()


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - settings validate them
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def listening(backing: Backing, *, answering: bool) -> str:
    """Say where the broker is, and who may use it or that it does not answer."""
    address, broker = backing.mqtt_url.partition("://")[2].rpartition("@")[2], backing.broker
    if not answering:
        return f"{address}: not answering, retrying; HTTPS takes observations meanwhile"
    if broker is None:
        return address
    guarded = "; user: operator, password: its API key" if broker.guarded else ""
    return f"{address} ({broker.name}{guarded})"


def _tell(host: Hosted) -> None:
    """Say where everything is, and hand out the first key of a new installation."""
    out, installed = Console(highlight=False, soft_wrap=True), host.installed
    out.print(f"[bold]Octroi[/bold]   {host.url}")
    out.print(f"Map      {host.url}/map")
    out.print(f"API      {host.url}/docs")
    out.print(f"Data     {installed.settings.data_dir}")
    answering = installed.ingest.connected
    style = None if answering else "yellow"
    out.print(f"MQTT     {listening(installed.backing, answering=answering)}", style=style)
    broker = installed.backing.broker
    if broker is not None and not broker.guarded:
        out.print(
            "[yellow]This broker checks neither users nor topics and listens on loopback only; "
            "install mosquitto for that.[/yellow]"
        )
    if not installed.access.listing():
        key, _ = installed.access.create_key(Role.ADMIN, "admin")
        out.print(f"Administrator's key, shown this once: [bold]{key}[/bold]")
