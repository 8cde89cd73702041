"""Where do the judges sit? In processes of their own, begun when first asked."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context, parent_process

from billing.judging.report import Judgement, Written


class Court:
    """Judges documents side by side, in spawned processes that end with this one."""

    def __init__(self, seats: int = 2) -> None:
        self._seats = seats
        self._guard = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def judge(self, documents: Sequence[Written]) -> Sequence[tuple[Judgement, ...]]:
        """Judge documents by all the judges of their syntax, in the order given."""
        return list(self._sitting().map(_judged, documents))

    def close(self) -> None:
        """End the processes."""
        with self._guard:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

    def _sitting(self) -> ProcessPoolExecutor:
        with self._guard:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._seats, mp_context=get_context("spawn"), initializer=take_seat
                )
            return self._pool


def _judged(document: Written) -> tuple[Judgement, ...]:
    """Judge in a process of the court: only there are the judges loaded."""
    bench = import_module("billing.judging.bench")
    judgements: tuple[Judgement, ...] = bench.judged(document)
    return judgements


def take_seat() -> None:
    """Begin in the process's main thread, and end when the one that asks is gone."""
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()


def _leave_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
