"""Who is told of alerts over HTTP: signed, in order, again until it is taken, and never inside."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.parties import VehicleId
from telemetry.model import Reason, VehicleKey
from telemetry.patience import PATIENCE
from telemetry.told import AlertId, AlertState, Outcome, Severity
from telemetry.webhooks.courier import Courier
from telemetry.webhooks.destinations import NoDestination, destination
from telemetry.webhooks.model import Delivery, DeliveryId, Webhook, WebhookId
from telemetry.webhooks.retrying import DISABLED_AFTER, GIVEN_UP_AFTER, settled
from telemetry.webhooks.sending import Answer
from telemetry.webhooks.service import MOST, TooManyWebhooks, WebhookService
from telemetry.webhooks.signing import signed
from tests.telemetry.city_builders import DRONE, NOON
from tests.telemetry.desk import BATEAUX, SECRET, Desk, an_alert
from zones.model import Layer

TAKEN, REFUSED = Answer(status=204, told="204 No Content"), Answer(status=500, told="500")


def test_an_operator_is_told_signed_of_each_step_and_not_that_a_situation_goes_on(
    desk: Desk,
) -> None:
    webhook = desk.register()

    desk.write(an_alert())
    desk.write(an_alert(count=9))
    desk.alerts.move(AlertId(UUID(int=1)), AlertState.ACKNOWLEDGED, by="ines")
    desk.write(an_alert(state=AlertState.CLOSED, outcome=Outcome.OVER, count=12))
    arrived = desk.courier().serve(webhook.id)

    assert arrived == 3
    assert desk.events() == ["alert.opened", "alert.acknowledged", "alert.closed"]
    first, _, last = desk.receiver.messages
    assert (first["data"]["vehicle"], first["data"]["count"]) == ("drone-1", 2)
    assert (last["data"]["outcome"], last["data"]["count"]) == ("over", 12)
    assert first["data"]["text"]["fr"] == "drone-1 est sans autorisation dans «\xa0Quai\xa0»."
    assert first["data"]["conformance"] == {"check": "C2", "state": None}
    for headers, body in zip(desk.receiver.headers, desk.receiver.bodies, strict=True):
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(desk.secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert int(headers["webhook-timestamp"]) == NOON.timestamp()


def test_a_signature_is_what_the_convention_gives_as_its_example() -> None:
    body = b'{"test": 2432232314}'
    stamp = datetime.fromtimestamp(1614265330, tz=NOON.tzinfo)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the published example

    class Named(str):
        __slots__ = ()

    found = signed([secret], Named("msg_p5jXN8AQM9LWM0D4loKWxJek"), stamp, body)  # type: ignore[arg-type]  # theirs are no UUIDs

    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_hears_its_own_alerts_and_the_city_all_from_its_level_on(desk: Desk) -> None:
    own, other = desk.register(), desk.register(BATEAUX)
    city, chief = desk.register(None), desk.register(None, level=1)
    river = desk.register(None, layer=Layer.RIVER)
    grave = desk.register(severity=Severity.CRITICAL)

    desk.write(an_alert())
    desk.now += timedelta(seconds=PATIENCE[Reason.NO_PERMIT].escalated_after_s)
    (late,) = desk.alerts.sweep()

    courier = desk.courier()
    assert (late.level, late.severity) == (1, Severity.CRITICAL)
    assert [courier.serve(each.id) for each in (own, other, city, chief, river, grave)] == [
        *(2, 0, 2, 1, 0, 1)
    ]
    assert desk.events()[-1] == "alert.escalated"
    assert desk.receiver.messages[-1]["data"]["level"] == 1


def test_each_party_of_a_near_miss_is_told_of_another_vehicle_and_not_whose(desk: Desk) -> None:
    boat = VehicleKey(BATEAUX, VehicleId("boat-9"))
    theirs, city = desk.register(BATEAUX), desk.register(None)

    desk.write(an_alert(reason=Reason.NEAR_MISS, other=boat))
    courier = desk.courier()
    courier.serve(theirs.id)
    courier.serve(city.id)

    told, whole = (each["data"] for each in desk.receiver.messages)
    assert (told["operator"], told["vehicle"], told["other"]) == ("bateaux", "boat-9", None)
    assert told["text"]["en"].startswith("boat-9 is too near to another vehicle")
    assert "drone-1" not in str(told)
    assert whole["other"] == {"operator": "bateaux", "vehicle": "boat-9"}


def test_what_is_not_taken_is_sent_again_in_order_after_a_restart_under_the_same_name(
    desk: Desk,
) -> None:
    webhook = desk.register()
    desk.write(an_alert(1))
    desk.now += timedelta(seconds=1)
    desk.write(an_alert(2))
    desk.receiver.answers = [503, 302]

    assert desk.courier().serve(webhook.id) == 0
    assert desk.courier().serve(webhook.id) == 0
    desk.now += timedelta(seconds=5)
    assert desk.courier().serve(webhook.id) == 0
    desk.now += timedelta(seconds=15)
    assert desk.courier().serve(webhook.id) == 2

    names = [headers["webhook-id"] for headers in desk.receiver.headers]
    assert names[0] == names[1] == names[2] != names[3]
    assert [each["data"]["id"][-1] for each in desk.receiver.messages] == ["1", "1", "1", "2"]
    found = desk.webhooks.webhook(webhook.id)
    assert (found.failing_since, found.delivered_at) == (None, desk.now)
    newest, first = desk.webhooks.deliveries(webhook.id)
    assert (first.attempts, first.answer, newest.attempts) == (3, "200 OK", 1)


def test_a_receiver_that_is_gone_is_told_no_more_until_it_is_enabled(desk: Desk) -> None:
    webhook = desk.register()
    desk.write(an_alert(1))
    desk.receiver.answers = [410]

    desk.courier().serve(webhook.id)
    desk.write(an_alert(2))

    assert [each.id for each in desk.disabled] == [webhook.id]
    assert desk.webhooks.webhook(webhook.id).disabled_at == desk.now
    assert desk.courier().serve(webhook.id) == 0
    assert desk.webhooks.enable(webhook.id).disabled_at is None
    desk.webhooks.ping(webhook.id)
    assert desk.courier().serve(webhook.id) == 1
    assert desk.events() == ["alert.opened", "webhook.test"]


def test_a_running_courier_carries_by_itself_and_a_removed_webhook_hears_nothing(
    desk: Desk,
) -> None:
    kept = desk.register()
    gone = desk.register()
    desk.write(an_alert())
    desk.webhooks.remove(gone.id)

    with desk.courier():
        assert desk.receiver.came.wait(20)

    assert {each.id for each in desk.webhooks.listing(DRONE.operator)} == {kept.id}
    assert len(desk.receiver.messages) == 1


def test_a_webhook_that_leads_inside_is_refused_when_made_and_again_when_sent(desk: Desk) -> None:
    outside = [ip_address("192.0.78.9")]
    strict = WebhookService(
        desk.pool, lambda: desk.now, SECRET, resolve=lambda _host, _port: outside
    )
    with pytest.raises(NoDestination, match="inside a network"):
        WebhookService(desk.pool, lambda: desk.now, SECRET).register(
            None, "https://127.0.0.1/", by=""
        )
    webhook, _ = strict.register(DRONE.operator, "https://rebound.example/", by="test")
    outside[:] = [ip_address("169.254.169.254")]
    desk.write(an_alert())

    courier = Courier(desk.pool, lambda: desk.now, SECRET, resolve=lambda _host, _port: outside)

    assert courier.serve(webhook.id) == 0
    assert "169.254.169.254, which is inside a network" in strict.webhook(webhook.id).failure


def test_an_owner_has_so_many_webhooks(desk: Desk) -> None:
    for _ in range(MOST):
        desk.register()
    with pytest.raises(TooManyWebhooks, match="10 webhooks already"):
        desk.register()
    desk.register(BATEAUX)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 - refused
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1::", "ff02::1"),
    ],
)
def test_no_address_inside_a_network_is_a_destination(address: str) -> None:
    public = IPv4Address("93.184.216.34")

    inside = ip_address(address)

    with pytest.raises(NoDestination, match="inside a network"):
        destination("https://a.example/", (), lambda *_: [inside])
    with pytest.raises(NoDestination, match="inside a network"):
        destination("https://a.example/", (), lambda *_: [public, inside])
    assert destination("https://a.example/", (), lambda *_: [public]).address == public


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.example/", "https:// is needed"),
        ("ftp://a.example/", "no address such as"),
        ("https://user:pass@a.example/", "no user"),
        ("https://a.example:99999/", "is no address"),
        ("https:///alerts", "no address such as"),
        ("https://a.example/\r\nX: y", "no address such as"),
        ("alerts", "no address such as"),
    ],
)
def test_what_is_no_destination_is_told_in_a_sentence(url: str, reason: str) -> None:
    with pytest.raises(NoDestination, match=reason):
        destination(url, (), lambda *_: [ip_address("93.184.216.34")])


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 90_000)), max_size=40))
def test_a_message_is_tried_until_it_arrives_a_day_is_over_or_its_webhook_is_disabled(
    tries: list[tuple[bool, int]],
) -> None:
    webhook = Webhook(
        id=WebhookId(uuid4()),
        operator=None,
        url="",
        layer=None,
        severity=Severity.LOW,
        level=0,
        made_at=NOON,
        made_by="",
    )
    delivery = Delivery(
        id=DeliveryId(uuid4()),
        event="alert.opened",
        at=NOON,
        alert=None,
        attempts=0,
        next_at=NOON,
        delivered_at=None,
        answer="",
    )
    now = NOON
    for taken, late_s in tries:
        if delivery.next_at is None:
            break
        now = delivery.next_at + timedelta(seconds=late_s)
        webhook, delivery = settled(webhook, delivery, TAKEN if taken else REFUSED, now)
        arrived = delivery.delivered_at is not None
        assert arrived == taken
        assert (webhook.failing_since is None) == taken
        if delivery.next_at is not None:
            assert now < delivery.next_at <= NOON + GIVEN_UP_AFTER
            assert not taken
        else:
            assert taken or now - NOON > GIVEN_UP_AFTER - timedelta(hours=1)
        assert (webhook.disabled_at is not None) <= (now - NOON >= DISABLED_AFTER)
