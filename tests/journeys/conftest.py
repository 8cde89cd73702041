"""A whole installation for a journey: its own database, its own broker, its own address."""

from collections.abc import Iterator

import pytest

from octroi.embedded.mosquitto import mosquitto_program
from tests.journeys.town import Town, running


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """An installation at the end of last month, with zones, prices, operators and keys."""
    if mosquitto_program() is None:
        pytest.fail("Mosquitto is missing; install it with: sudo apt-get install -y mosquitto")
    with running(tmp_path_factory.mktemp("town")) as town:
        yield town
