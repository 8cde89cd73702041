"""An app behind the server that Octroi runs, on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from starlette.types import ASGIApp

from octroi.serving import Serving, address_of, listening


@contextmanager
def served(app: ASGIApp) -> Iterator[httpx.Client]:
    """Serve an app, and yield a client that takes a new connection for each request."""
    alone = httpx.Limits(max_keepalive_connections=0)
    with listening("127.0.0.1", 0) as bound:
        server = Serving(app, lambda: None)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with httpx.Client(base_url=address_of(bound), limits=alone, trust_env=False) as client:
                yield client
        finally:
            server.stop()
            thread.join()
