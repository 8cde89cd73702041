"""Who connects to the broker, while keys are made and revoked, here and in other processes?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Queue

import pytest
from psycopg_pool import ConnectionPool

from octroi.admission import Admission
from octroi.embedded.mosquitto import Mosquitto
from permits.access import AccessService
from permits.identity.keys import AccessKey
from permits.parties import Operator, OperatorId, Role, SizeClass
from permits.registration import RegistryService
from permits.scopes import Scope
from tests.octroi.test_broker import PATIENCE_S, Person

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECRET = b"a secret of the server"
LIFETIME = timedelta(days=30)


class Hands:
    """A clock that is set by hand, and never tells the same instant twice."""

    now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def access(pool: ConnectionPool, mosquitto: Mosquitto, clock: Hands) -> Iterator[Admission]:
    RegistryService(pool, clock, SECRET).add_operator(
        Operator(id=OperatorId("ailes"), name="Ailes", siren="", size=SizeClass.SMALL)
    )
    with Admission(
        pool, clock, SECRET, lifetime=LIFETIME, broker=mosquitto, look_every_s=0.1
    ) as admission:
        yield admission


def let_in(broker: Mosquitto, name: str, password: str) -> bool:
    person = Person(broker.url, name, password)
    refused = person.refused.get(timeout=PATIENCE_S)
    person.leave()
    return not refused


def connection_of(broker: Mosquitto, name: str, password: str) -> tuple[Person, Queue[bool]]:
    person, ended = Person(broker.url, name, password), Queue[bool]()
    assert not person.refused.get(timeout=PATIENCE_S)
    person.client.on_disconnect = lambda *_: ended.put(item=True)
    return person, ended


def own_name(key: AccessKey) -> str:
    return f"{key.name}.{key.prefix}"


def test_two_keys_open_the_broker_and_revoking_one_leaves_the_other(
    access: Admission, mosquitto: Mosquitto
) -> None:
    old, first = access.create_key(Role.OPERATOR, "ailes")
    by_old, old_ended = connection_of(mosquitto, "ailes", old)
    new, second = access.create_key(Role.OPERATOR, "ailes")
    by_new, new_ended = connection_of(mosquitto, own_name(second), new)
    assert let_in(mosquitto, own_name(first), old)
    assert not let_in(mosquitto, own_name(first), new)
    assert old_ended.empty()

    access.revoke(first.prefix)

    assert old_ended.get(timeout=PATIENCE_S)
    assert not let_in(mosquitto, "ailes", old)
    assert not let_in(mosquitto, own_name(first), old)
    assert let_in(mosquitto, "ailes", new)
    assert by_new.client.is_connected()
    assert new_ended.empty()
    for person in (by_old, by_new):
        person.leave()


def test_revoking_the_newer_key_leaves_the_older_connected(
    access: Admission, mosquitto: Mosquitto
) -> None:
    old, _ = access.create_key(Role.OPERATOR, "ailes")
    person, ended = connection_of(mosquitto, "ailes", old)
    _, second = access.create_key(Role.OPERATOR, "ailes")

    access.revoke(second.prefix)

    assert let_in(mosquitto, "ailes", old)
    assert ended.empty()
    person.leave()


def test_what_another_process_revokes_is_disconnected(
    access: Admission, mosquitto: Mosquitto, pool: ConnectionPool, clock: Hands
) -> None:
    plain, kept = access.create_key(Role.OPERATOR, "ailes")
    person, ended = connection_of(mosquitto, "ailes", plain)

    AccessService(pool, clock, SECRET).revoke(kept.prefix)

    assert ended.get(timeout=PATIENCE_S)
    person.leave()


def test_a_key_that_expires_is_disconnected(
    access: Admission, mosquitto: Mosquitto, clock: Hands
) -> None:
    plain, _ = access.create_key(Role.OPERATOR, "ailes")
    person, ended = connection_of(mosquitto, "ailes", plain)

    clock.now = NOON + LIFETIME

    assert ended.get(timeout=PATIENCE_S)
    person.leave()


def test_a_key_that_is_not_for_observations_opens_no_broker(
    access: Admission, mosquitto: Mosquitto
) -> None:
    plain, _ = access.create_key(
        Role.OPERATOR, "ailes", scopes=frozenset({Scope.PERMITS_READ, Scope.PERMITS_WRITE})
    )

    assert not let_in(mosquitto, "ailes", plain)
