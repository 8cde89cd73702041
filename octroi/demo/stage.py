"""How is the demonstration city set up? Over HTTP, with keys, like anybody would do it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import httpx

from octroi.demo.cast import Cast
from octroi.demo.companies import TROTTIN, UAS_NUMBERS
from octroi.demo.filings import Filing
from octroi.demo.papers import Paper
from permits.parties import Role
from permits.schemas.vehicles import VehicleOut

TARIFFS = files("billing") / "data" / "paris-demonstration.json"
TIMEOUT_S = 180.0
READS = 60_000  # 10,000 a day are free
OPERATOR = ("id", "name", "siren", "size", "address")
STAFF = {
    Role.INSPECTOR: "inspection",
    Role.FINANCE: "finances",
    Role.RULEMAKER: "voirie",
    Role.ADMIN: "administration",
}


class SetUpFailed(Exception):
    """The service refused something the demonstration needs; the message quotes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An application of the demonstration and what the city answered."""

    filing: Filing
    permit: Mapping[str, Any]

    @property
    def decision(self) -> str:
        """Return the decision."""
        return str(self.permit["decision"])


class Stage:
    """The demonstration's hands on the HTTP API."""

    def __init__(self, url: str, keys: Mapping[str, str]) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False)
        self.keys: dict[str, str] = dict(keys)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def issue_keys(self, role: Role, names: Iterable[str]) -> None:
        """Make a key for each holder; for operators and sensors it opens the broker too."""
        for name in names:
            made = self.post("/v1/keys", {"role": role, "name": name}, by=STAFF[Role.ADMIN])
            self.keys[name] = made["key"]

    def register(self, cast: Cast, step: Callable[[], None]) -> None:
        """Register operators, their vehicles and the city's receivers, and give them keys."""
        admin = STAFF[Role.ADMIN]
        for operator in cast.operators:
            body = {name: getattr(operator, name) for name in OPERATOR}
            body["uas_number"] = UAS_NUMBERS.get(operator.id, "")
            self.post("/v1/operators", body, by=admin)
        for sensor in cast.sensors:
            self.post("/v1/sensors", {"id": sensor.id, "name": sensor.name}, by=admin)
        for vehicle in cast.vehicles:
            body = VehicleOut.of(vehicle).model_dump(mode="json", exclude={"vehicle_class"})
            self.post("/v1/vehicles", body, by=admin)
            step()
        self.issue_keys(Role.OPERATOR, (operator.id for operator in cast.operators))
        self.issue_keys(Role.SENSOR, (sensor.id for sensor in cast.sensors))

    def attach(self, papers: Iterable[Paper]) -> None:
        """Have operators prove that they are insured."""
        for paper in papers:
            self.post(paper.path, paper.body, by=paper.operator)

    def publish(self, zones: Mapping[str, Any]) -> int:
        """Publish the city's zones, and return how many."""
        said = self.post("/v1/zones/import", zones, by=STAFF[Role.RULEMAKER])
        return sum(len(said[what]) for what in ("added", "changed", "unchanged"))

    def publish_tariffs(self) -> None:
        """Publish the demonstration's prices."""
        for tariff in json.loads(TARIFFS.read_text(encoding="utf-8"))["tariffs"]:
            self.post("/v1/tariffs", tariff, by=STAFF[Role.RULEMAKER])

    def apply(self, filings: Iterable[Filing], step: Callable[[], None]) -> list[Answered]:
        """Apply for permits as the operators do, and return each answer."""
        answers = []
        for filing in filings:
            permit = self.post("/v1/permits", filing.body, by=filing.operator)
            answers.append(Answered(filing=filing, permit=permit))
            step()
        return answers

    def tell_reads(self, at: datetime) -> None:
        """Tell of a day on which a company read the city's data for trade, which is taxed."""
        reads = {"reference": "reads", "layer": "surface", "at": at.isoformat(), "calls": READS}
        self.post("/v1/usage", {"operator": TROTTIN.id, **reads}, by=STAFF[Role.FINANCE])

    def bill(self, period: str) -> list[str]:
        """Meter, price and draft a period, issue every draft, and return the numbers."""
        finance = STAFF[Role.FINANCE]
        run = self.post("/v1/billing/runs", {"period": period}, by=finance)
        return [
            str(self.post(f"/v1/invoices/{draft['id']}/issue", {}, by=finance)["number"])
            for draft in run["drafts"]
        ]

    def get(self, path: str, *, by: str, accept: str = "application/json") -> httpx.Response:
        """Read something as one of the demonstration's people."""
        headers = {"Authorization": f"Bearer {self.keys[by]}", "Accept": accept}
        return _good(self._client.get(path, headers=headers))

    def post(self, path: str, body: Mapping[str, Any], *, by: str) -> dict[str, Any]:
        """Write something as one of the demonstration's people."""
        headers = {"Authorization": f"Bearer {self.keys[by]}"}
        answer: dict[str, Any] = _good(self._client.post(path, json=body, headers=headers)).json()
        return answer


def _good(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        request = response.request
        msg = f"{request.method} {request.url.path} was answered {response.text}"
        raise SetUpFailed(msg)
    return response
