"""Registers operators, vehicles and sensors; the same registration twice changes nothing."""

from collections.abc import Callable
from datetime import datetime

from psycopg_pool import ConnectionPool

from permits.model import Operator, OperatorId, Sensor, Vehicle
from permits.registry import Registry, registry
from permits.store import registry as store

# What the city itself is called over MQTT, and what the vehicles that nobody registered are under.
RESERVED = frozenset({"octroi", "octroi-probe", "unregistered"})


class NameTaken(Exception):
    """A name, serial number or MMSI that already stands for somebody else."""


class UnknownOperator(ValueError):
    """An operator that is not registered."""


class RegistryService:
    """The city's registry of operators, vehicles and sensors."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    def add_operator(self, operator: Operator) -> Operator:
        """Register an operator."""
        with self._pool.connection() as connection:
            if operator in store.operators(connection, operator.id):
                return operator
            _require_free(store.name_owner(connection, operator.id), operator.id)
            store.add_operator(connection, operator, self._clock())
            store.changed(connection)
        return operator

    def add_sensor(self, sensor: Sensor) -> Sensor:
        """Register a receiver of the city."""
        with self._pool.connection() as connection:
            if sensor in store.sensors(connection):
                return sensor
            _require_free(store.name_owner(connection, sensor.id), sensor.id)
            store.add_sensor(connection, sensor, self._clock())
            store.changed(connection)
        return sensor

    def add_vehicle(self, vehicle: Vehicle) -> Vehicle:
        """Register an operator's vehicle."""
        with self._pool.connection() as connection:
            if vehicle in store.vehicles(connection, vehicle.operator, vehicle.id):
                return vehicle
            if not store.operators(connection, vehicle.operator):
                msg = f"operator: {vehicle.operator!r} is not registered"
                raise UnknownOperator(msg)
            if not store.add_vehicle(connection, vehicle, self._clock()):
                msg = f"the id {vehicle.id!r}, the serial number or the MMSI is already registered"
                raise NameTaken(msg)
            store.changed(connection)
        return vehicle

    def operator(self, name: str) -> Operator | None:
        """Return an operator."""
        with self._pool.connection() as connection:
            return next(iter(store.operators(connection, name)), None)

    def operators(self) -> tuple[Operator, ...]:
        """Return all operators."""
        with self._pool.connection() as connection:
            return store.operators(connection)

    def vehicles(self, operator: OperatorId | None = None) -> tuple[Vehicle, ...]:
        """Return all vehicles, or those of one operator."""
        with self._pool.connection() as connection:
            return store.vehicles(connection, operator)

    def vehicle(self, operator: str, name: str) -> Vehicle | None:
        """Return an operator's vehicle."""
        with self._pool.connection() as connection:
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


def _require_free(owner: str | None, name: str) -> None:
    if name in RESERVED:
        msg = f"id: {name!r} is reserved for the city itself"
        raise NameTaken(msg)
    if owner is not None:
        msg = f"id: {name!r} is already {owner}"
        raise NameTaken(msg)
