"""An alert is told in the same words wherever it goes: HTTP, live stream, MQTT and webhooks."""

from telemetry.concern.telling import told
from telemetry.schemas.alerts import AlertOut
from tests.telemetry.desk import an_alert


def test_what_mqtt_and_webhooks_carry_is_called_as_over_http() -> None:
    alert = an_alert()

    carried, shown = told(alert), AlertOut.of(alert).model_dump(mode="json")

    assert carried.keys() == shown.keys() - {"assignee"}  # who of the city sees to it
    assert carried == {name: shown[name] for name in carried}
    assert str(carried["opened_at"]).endswith("Z")
    assert shown["reason"] == "no-permit"
