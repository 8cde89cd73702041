"""Operators, vehicles and sensors in the database."""

from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import DictRow, dict_row

from permits.kinds import CeClass, EnergyClass, UasCategory
from permits.parties import Operator, OperatorId, Sensor, SizeClass, Vehicle, VehicleId
from zones.demands import Equipment
from zones.model import Layer

Connection = psycopg.Connection[Any]

# Register an operator.
ADD_OPERATOR = """
INSERT INTO permits.operator
    (id, name, siren, size, address, siret, uas_number, uas_digest, recorded_at)
VALUES (%(id)s, %(name)s, %(siren)s, %(size)s, %(address)s, %(siret)s, %(uas_number)s,
    %(uas_digest)s, %(at)s)
"""
# State of an operator what was not known.
COMPLETE_OPERATOR = """
UPDATE permits.operator
SET siren = %(siren)s, address = %(address)s, siret = %(siret)s, uas_number = %(uas_number)s,
    uas_digest = coalesce(uas_digest, %(uas_digest)s)
WHERE id = %(id)s
"""
# Register a vehicle.
ADD_VEHICLE = """
INSERT INTO permits.vehicle
    (operator, id, layer, kind, serial, mmsi, eni, plate, ce_class, category, mass_kg, length_m,
     noise_db, energy_class, equipment, recorded_at)
VALUES (%(operator)s, %(id)s, %(layer)s, %(kind)s, %(serial)s, %(mmsi)s, %(eni)s, %(plate)s,
    %(ce_class)s, %(category)s, %(mass_kg)s, %(length_m)s, %(noise_db)s, %(energy_class)s,
    %(equipment)s, %(at)s)
"""
# State of a vehicle what was not known.
COMPLETE_VEHICLE = """
UPDATE permits.vehicle
SET serial = %(serial)s, mmsi = %(mmsi)s, eni = %(eni)s, plate = %(plate)s,
    ce_class = %(ce_class)s, category = %(category)s, mass_kg = %(mass_kg)s,
    length_m = %(length_m)s, noise_db = %(noise_db)s, energy_class = %(energy_class)s,
    equipment = %(equipment)s
WHERE operator = %(operator)s AND id = %(id)s
"""
# Register a sensor, unless the name is taken.
ADD_SENSOR = """
INSERT INTO permits.sensor (id, name, recorded_at) VALUES (%(id)s, %(name)s, %(at)s)
ON CONFLICT DO NOTHING
"""
# All operators, or one.
OPERATORS = """
SELECT id, name, siren, size, address, siret, uas_number FROM permits.operator
WHERE %(id)s::text IS NULL OR id = %(id)s ORDER BY id
"""
# All vehicles, those of one operator, or one.
VEHICLES = """
SELECT operator, id, layer, kind, serial, mmsi, eni, plate, ce_class, category, mass_kg, length_m,
    noise_db, energy_class, equipment
FROM permits.vehicle
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
  AND (%(id)s::text IS NULL OR id = %(id)s)
ORDER BY operator, id
"""
# The digest of an operator's whole number as a drone operator.
UAS_DIGEST = "SELECT uas_digest FROM permits.operator WHERE id = %(id)s"
# All sensors.
SENSORS = "SELECT id, name FROM permits.sensor ORDER BY id"
# One registrar at a time: operators and sensors share the names of topics and of MQTT users, and
# what is known of somebody is read before it is completed.
LOCK_NAMES = "SELECT pg_advisory_xact_lock(hashtext('permits.names'))"
# Whether a name is already an operator's or a sensor's.
NAME_OWNER = """
SELECT 'an operator' FROM permits.operator WHERE id = %(id)s
UNION ALL SELECT 'a sensor' FROM permits.sensor WHERE id = %(id)s
"""
# Count a change of the registry and tell those who keep copies.
CHANGED = """
WITH counted AS (
    UPDATE permits.revision SET revision = revision + 1 WHERE subject = 'registry'
)
SELECT pg_notify('octroi_registry', '')
"""
# How often the registry changed.
REVISION = "SELECT revision FROM permits.revision WHERE subject = 'registry'"


# The numbers that are one operator's, or one vehicle's; each has an index named after it.
NUMBERS = ("uas_number", "serial", "mmsi", "eni", "plate")


class NumberTaken(Exception):
    """A number of an operator or vehicle under which another one is registered."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def alone(connection: Connection) -> None:
    """Wait until nobody else registers; until the commit nobody else does."""
    connection.execute(LOCK_NAMES)


def name_owner(connection: Connection, name: str) -> str | None:
    """Return what the name already stands for; until the commit nobody else can take it."""
    alone(connection)
    row = connection.execute(NAME_OWNER, {"id": name}).fetchone()
    return str(row[0]) if row else None


def add_operator(
    connection: Connection, operator: Operator, uas_digest: bytes | None, at: datetime
) -> None:
    """Record an operator, unless its number as a drone operator is taken."""
    _write(connection, ADD_OPERATOR, _operator_values(operator, uas_digest, at))


def complete_operator(
    connection: Connection, operator: Operator, uas_digest: bytes | None, at: datetime
) -> None:
    """Record what is now known of an operator, unless a number of it is taken."""
    _write(connection, COMPLETE_OPERATOR, _operator_values(operator, uas_digest, at))


def _operator_values(
    operator: Operator, uas_digest: bytes | None, at: datetime
) -> dict[str, object]:
    return {
        "id": operator.id,
        "name": operator.name,
        "siren": operator.siren,
        "size": operator.size.value,
        "address": operator.address,
        "siret": operator.siret,
        "uas_number": operator.uas_number,
        "uas_digest": uas_digest,
        "at": at,
    }


def add_vehicle(connection: Connection, vehicle: Vehicle, at: datetime) -> None:
    """Record a vehicle, unless one of its numbers is taken."""
    _write(connection, ADD_VEHICLE, _vehicle_values(vehicle, at))


def complete_vehicle(connection: Connection, vehicle: Vehicle, at: datetime) -> None:
    """Record what is now known of a vehicle, unless one of its numbers is taken."""
    _write(connection, COMPLETE_VEHICLE, _vehicle_values(vehicle, at))


def _vehicle_values(vehicle: Vehicle, at: datetime) -> dict[str, object]:
    return {
        "operator": vehicle.operator,
        "id": vehicle.id,
        "layer": vehicle.layer.value,
        "kind": vehicle.kind,
        "serial": vehicle.serial,
        "mmsi": vehicle.mmsi,
        "eni": vehicle.eni,
        "plate": vehicle.plate,
        "ce_class": vehicle.ce_class and vehicle.ce_class.value,
        "category": vehicle.category and vehicle.category.value,
        "mass_kg": vehicle.mass_kg,
        "length_m": vehicle.length_m,
        "noise_db": vehicle.noise_db,
        "energy_class": vehicle.energy_class and vehicle.energy_class.value,
        "equipment": None if vehicle.equipment is None else sorted(vehicle.equipment),
        "at": at,
    }


def _write(connection: Connection, statement: LiteralString, values: dict[str, object]) -> None:
    try:
        connection.execute(statement, values)
    except psycopg.errors.UniqueViolation as violation:
        index = violation.diag.constraint_name or ""
        raise NumberTaken(next(each for each in NUMBERS if each in index)) from violation


def add_sensor(connection: Connection, sensor: Sensor, at: datetime) -> bool:
    """Record a sensor; False when the name is taken."""
    values = {"id": sensor.id, "name": sensor.name, "at": at}
    return connection.execute(ADD_SENSOR, values).rowcount == 1


def operators(connection: Connection, name: str | None = None) -> tuple[Operator, ...]:
    """Return all operators, or the one of that name."""
    rows = connection.cursor(row_factory=dict_row).execute(OPERATORS, {"id": name})
    return tuple(operator_from(row) for row in rows)


def uas_digest(connection: Connection, name: str) -> bytes | None:
    """Return what is kept of an operator's whole number as a drone operator."""
    row = connection.execute(UAS_DIGEST, {"id": name}).fetchone()
    return row[0] if row else None


def vehicles(
    connection: Connection, operator: str | None = None, name: str | None = None
) -> tuple[Vehicle, ...]:
    """Return all vehicles, those of an operator, or one."""
    cursor = connection.cursor(row_factory=dict_row)
    rows = cursor.execute(VEHICLES, {"operator": operator, "id": name})
    return tuple(vehicle_from(row) for row in rows)


def sensors(connection: Connection) -> tuple[Sensor, ...]:
    """Return all sensors."""
    rows = connection.cursor(row_factory=dict_row).execute(SENSORS)
    return tuple(Sensor(id=row["id"], name=row["name"]) for row in rows)


def changed(connection: Connection) -> None:
    """Count a change of the registry; those who listen hear of it at the commit."""
    connection.execute(CHANGED)


def revision(connection: Connection) -> int:
    """Return how often the registry changed."""
    row = connection.execute(REVISION).fetchone()
    return int(row[0]) if row else 0


def operator_from(row: DictRow) -> Operator:
    """Read an operator back."""
    return Operator(
        id=OperatorId(row["id"]),
        name=row["name"],
        siren=row["siren"],
        size=SizeClass(row["size"]),
        address=row["address"],
        siret=row["siret"],
        uas_number=row["uas_number"],
    )


def vehicle_from(row: DictRow) -> Vehicle:
    """Read a vehicle back; JSON knows no whole number that is not an integer."""
    return Vehicle(
        operator=OperatorId(row["operator"]),
        id=VehicleId(row["id"]),
        layer=Layer(row["layer"]),
        kind=row["kind"],
        serial=row["serial"],
        mmsi=row["mmsi"],
        eni=row["eni"],
        plate=row["plate"],
        ce_class=row["ce_class"] and CeClass(row["ce_class"]),
        category=row["category"] and UasCategory(row["category"]),
        mass_kg=_number(row["mass_kg"]),
        length_m=_number(row["length_m"]),
        noise_db=_number(row["noise_db"]),
        energy_class=row["energy_class"] and EnergyClass(row["energy_class"]),
        equipment=_equipment(row["equipment"]),
    )


def _equipment(stated: list[str] | None) -> frozenset[Equipment] | None:
    return None if stated is None else frozenset(Equipment(each) for each in stated)


def _number(stated: float | None) -> float | None:
    return None if stated is None else float(stated)
