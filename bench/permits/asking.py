"""Asks for permits over so many connections at once; reads a job and writes what was answered.

A process of its own, so that it shares no interpreter with the server. Each connection takes the
next application when it has its answer to the one before: a closed loop.
"""

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

Answer = tuple[int, str, float]  # which application, the decision, milliseconds


def main() -> None:
    """Ask for everything in the job, and print the answers and the seconds it took."""
    job = json.load(sys.stdin)
    waiting = iter(enumerate(job["applications"]))
    answers: list[Answer] = []
    guard = threading.Lock()
    threads = [
        threading.Thread(target=_ask, args=(job, waiting, guard, answers))
        for _ in range(job["connections"])
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"seconds": time.perf_counter() - begun, "answers": answers}, sys.stdout)


def _ask(
    job: dict[str, Any],
    waiting: Iterator[tuple[int, Any]],
    guard: threading.Lock,
    answers: list[Answer],
) -> None:
    headers = {"Authorization": f"Bearer {job['key']}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(job["host"], job["port"], timeout=60)
    while True:
        with guard:
            taken = next(waiting, None)
        if taken is None:
            return
        number, body = taken
        begun = time.perf_counter()
        connection.request("POST", "/v1/permits", json.dumps(body), headers)
        response = connection.getresponse()
        said = json.loads(response.read())
        elapsed_ms = 1000 * (time.perf_counter() - begun)
        if response.status != http.HTTPStatus.CREATED:
            msg = f"{response.status}: {said}"
            raise SystemExit(msg)
        answers.append((number, said["decision"], elapsed_ms))


if __name__ == "__main__":
    main()
