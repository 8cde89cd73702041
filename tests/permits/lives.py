"""An application made over HTTP, moved in time, and moves by an agent."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from httpx import Client

from permits.life.states import Act
from permits.model import Application, Move
from tests.permits.cases import NOW, Asked, application, volume

Headers = dict[str, str]
Body = dict[str, Any]


def applied(client: Client, who: Headers, flight: Body) -> str:
    answer = client.post("/v1/permits", json=flight, headers=who)
    assert answer.status_code == 201, answer.text
    return f"/v1/permits/{answer.json()['id']}"


def shifted(flight: Body, by: timedelta) -> Body:
    first = flight["volumes"][0]
    moved = {name: datetime.fromisoformat(first[name]) + by for name in ("start", "end")}
    return dict(first) | {name: at.isoformat() for name, at in moved.items()}


def end_of(path: str, client: Client, who: Headers) -> str:
    return str(client.get(path, headers=who).json()["volumes"][0]["end"])


def act(move: Move, at: datetime = NOW) -> Act:
    return Act(move=move, by="agent", at=at, reason="Motif")


def flown_at(start: datetime, **where: Any) -> Application:  # noqa: ANN401 - whatever a volume has
    return application(Asked(volumes=(volume(start=start, **where),)))


def by_another(application: Application) -> Application:
    """Return the same for a drone that is not named: one drone is in one place."""
    return replace(application, vehicles=())
