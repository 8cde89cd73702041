"""What the web server is bound to, how fast it answers, and how it stops."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from octroi.serving import PortUnusable, Serving, address_of, listening


def test_a_port_that_is_taken_is_named() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortUnusable, match=rf"Port {port} of 127\.0\.0\.1 is in use"),
            listening("127.0.0.1", port),
        ):
            pass


def test_an_address_that_is_not_ours_is_named() -> None:
    with (
        pytest.raises(PortUnusable, match=r"Cannot listen on 192\.0\.2\.1, port 8080"),
        listening("192.0.2.1", 8080),
    ):
        pass


def test_a_name_that_nobody_knows_is_told_as_such() -> None:
    with (
        pytest.raises(PortUnusable, match=r"'octroi\.invalid': no address is known by this name"),
        listening("octroi.invalid", 0),
    ):
        pass


def test_an_address_of_the_newer_kind_is_listened_on_too() -> None:
    with listening("::1", 0) as bound:
        assert address_of(bound) == f"http://[::1]:{bound.getsockname()[1]}"


def test_a_port_is_free_again_at_once() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    with listening("127.0.0.1", port) as again:
        assert address_of(again) == f"http://127.0.0.1:{port}"


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listening("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()):
        accepted, _ = bound.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_stopping_ends_an_open_stream() -> None:
    ending, app = threading.Event(), FastAPI()

    @app.get("/stream")
    def stream() -> StreamingResponse:
        def words() -> Iterator[str]:
            yield "first"
            ending.wait(30)
            yield "last"

        return StreamingResponse(words())

    with listening("127.0.0.1", 0) as bound:
        server = Serving(app, ending.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        with httpx.stream("GET", f"{address_of(bound)}/stream", trust_env=False) as answer:
            words = answer.iter_text()
            assert next(words) == "first"
            server.stop()
            assert "".join(words) == "last"
        thread.join(timeout=10)
        assert not thread.is_alive()
