"""Registers operators, vehicles, sensors and documents; the same twice changes nothing.

Registering again may state what was not known; what says otherwise than before is refused.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from psycopg_pool import ConnectionPool

from permits.identifiers import UasNumber
from permits.parties import HeldDocument, Operator, OperatorId, Sensor, Vehicle
from permits.registry import (
    Fault,
    Registry,
    company_faults,
    completed,
    contradictions,
    registry,
)
from permits.store import documents
from permits.store import registry as store
from permits.store.walls import walled

# What the city itself is called over MQTT, and what the vehicles that nobody registered are under.
RESERVED = frozenset({"octroi", "octroi-probe", "unregistered"})


class Contradicted(Exception):
    """What is registered says otherwise, or a name or number stands for somebody else."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{each.field}: {each.why}" for each in faults))


class UnknownOperator(ValueError):
    """An operator that is not registered."""


class UnknownVehicle(ValueError):
    """A vehicle that its operator did not register."""


def nobody() -> None:
    """Tell nobody."""


class RegistryService:
    """The city's registry; `secret` is the server's own and never in the database.

    `told` is called after somebody new was written down: a vehicle just registered may report.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        told: Callable[[], None] = nobody,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._secret = secret
        self._told = told

    def add_operator(self, operator: Operator, uas: UasNumber | None = None) -> Operator:
        """Register an operator; of its whole number as a drone operator a digest is kept."""
        digest = None if uas is None else uas.digest(self._secret)
        with self._pool.connection() as connection:
            store.alone(connection)
            everybody = store.operators(connection)
            before = next((each for each in everybody if each.id == operator.id), None)
            if before is None:
                _require_free(store.name_owner(connection, operator.id), operator.id)
                known, write = operator, store.add_operator
            else:
                _refuse(contradictions(before, operator))
                _require_same(store.uas_digest(connection, operator.id), digest)
                known, write = completed(before, operator), store.complete_operator
            if known == before:
                return known
            _refuse(company_faults(known, everybody))
            with _numbers_its_own("another operator"):
                write(connection, known, digest, self._clock())
            store.changed(connection)
        self._told()
        return known

    def add_sensor(self, sensor: Sensor) -> Sensor:
        """Register a receiver of the city."""
        with self._pool.connection() as connection:
            if sensor in store.sensors(connection):
                return sensor
            _require_free(store.name_owner(connection, sensor.id), sensor.id)
            store.add_sensor(connection, sensor, self._clock())
            store.changed(connection)
        self._told()
        return sensor

    def add_vehicle(self, vehicle: Vehicle) -> Vehicle:
        """Register an operator's vehicle."""
        with walled(self._pool, vehicle.operator) as connection:
            store.alone(connection)
            if not store.operators(connection, vehicle.operator):
                msg = f"operator: {vehicle.operator!r} is not registered"
                raise UnknownOperator(msg)
            before = next(iter(store.vehicles(connection, vehicle.operator, vehicle.id)), None)
            if before is not None:
                _refuse(contradictions(before, vehicle))
            known = vehicle if before is None else completed(before, vehicle)
            if known == before:
                return known
            write = store.add_vehicle if before is None else store.complete_vehicle
            with _numbers_its_own("another vehicle"):
                write(connection, known, self._clock())
            store.changed(connection)
        self._told()
        return known

    def attach(self, document: HeldDocument) -> HeldDocument:
        """Write down a document of an operator or of one of its vehicles; return what is kept."""
        with walled(self._pool, document.operator) as connection:
            if not store.operators(connection, document.operator):
                msg = f"operator: {document.operator!r} is not registered"
                raise UnknownOperator(msg)
            if document.vehicle is not None and not store.vehicles(
                connection, document.operator, document.vehicle
            ):
                msg = f"no vehicle {document.operator}/{document.vehicle} is known"
                raise UnknownVehicle(msg)
            documents.add(connection, document)
            named = () if document.vehicle is None else (document.vehicle,)
            found = documents.held(connection, document.operator, named)
        return next(each for each in found if each.paper == document.paper)

    def documents(self, operator: str, vehicle: str | None = None) -> tuple[HeldDocument, ...]:
        """Return the documents of an operator itself, or of one of its vehicles."""
        named = () if vehicle is None else (vehicle,)
        with walled(self._pool, operator) as connection:
            found = documents.held(connection, operator, named)
        return tuple(each for each in found if each.vehicle == vehicle)

    def now(self) -> datetime:
        """Return the instant at which something is registered."""
        return self._clock()

    def operator(self, name: str) -> Operator | None:
        """Return an operator."""
        with walled(self._pool, name) as connection:
            return next(iter(store.operators(connection, name)), None)

    def operators(self) -> tuple[Operator, ...]:
        """Return all operators."""
        with self._pool.connection() as connection:
            return store.operators(connection)

    def vehicles(self, operator: OperatorId | None = None) -> tuple[Vehicle, ...]:
        """Return all vehicles, or those of one operator."""
        with walled(self._pool, operator) as connection:
            return store.vehicles(connection, operator)

    def vehicle(self, operator: str, name: str) -> Vehicle | None:
        """Return an operator's vehicle."""
        with walled(self._pool, operator) as connection:
            return next(iter(store.vehicles(connection, operator, name)), None)

    def sensors(self) -> tuple[Sensor, ...]:
        """Return all receivers of the city."""
        with self._pool.connection() as connection:
            return store.sensors(connection)

    def registry(self) -> Registry:
        """Return all that is registered, as one value of one instant."""
        with self._pool.connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return registry(
                store.operators(connection), store.vehicles(connection), store.sensors(connection)
            )

    def revision(self) -> int:
        """Return how often the registry changed."""
        with self._pool.connection() as connection:
            return store.revision(connection)


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise Contradicted(*faults)


@contextmanager
def _numbers_its_own(whose: str) -> Iterator[None]:
    """Name the number that is somebody else's already."""
    try:
        yield
    except store.NumberTaken as taken:
        raise Contradicted(Fault(taken.field, f"{whose} is registered under it")) from taken


def _require_same(kept: bytes | None, stated: bytes | None) -> None:
    """Refuse another secret part under a number that is known; kept ones tell nothing about it."""
    if kept and stated and not hmac.compare_digest(kept, stated):
        why = "the operator is registered under this number with another secret part"
        raise Contradicted(Fault("uas_number", why))


def _require_free(owner: str | None, name: str) -> None:
    if name in RESERVED:
        raise Contradicted(Fault("id", f"{name!r} is reserved for the city itself"))
    if owner is not None:
        raise Contradicted(Fault("id", f"{name!r} is already {owner}"))
