"""Who decides beside the serving process? Processes, each at the other end of a line."""

import asyncio
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from typing import Final

import msgspec
import structlog

from octroi.deciding.decider import Place
from octroi.deciding.frames import BUFFER_BYTES, Answered, Asked, Ready, Said, framed, unframed

log = structlog.get_logger()

Publish = Callable[[str, bytes, bool], None]
# One that ended is not begun again at once: what ended it may still be there.
AGAIN_AFTER_S: Final = 10.0
LEAVES_WITHIN_S: Final = 5.0


# Nothing legal takes so long; a process that does not answer by then never will.
ANSWERS_WITHIN_S: Final = 60.0


class DeciderGone(Exception):
    """The process that was asked has ended, and nobody knows whether it had decided."""


class Decider:
    """One deciding process, as the serving process sees it; for its event loop only."""

    def __init__(
        self, line: socket.socket, publish: Publish, answers_within_s: float = ANSWERS_WITHIN_S
    ) -> None:
        self._line = line
        self._answers_within_s = answers_within_s
        self._publish = publish
        self._asked: dict[int, asyncio.Future[Answered]] = {}
        self._numbers = count()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def ready(self) -> bool:
        """Tell whether it can be asked."""
        return self._writer is not None

    @property
    def waiting(self) -> int:
        """Return how many requests wait for its answer."""
        return len(self._asked)

    async def ask(self, asked: Asked) -> Answered:
        """Return its answer; raises `DeciderGone` when it ends without one."""
        if self._writer is None:
            raise DeciderGone
        number = next(self._numbers)
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._writer.write(framed(msgspec.structs.replace(asked, number=number)))
        try:
            async with asyncio.timeout(self._answers_within_s):
                return await answer
        except TimeoutError:
            self._hang_up()
            raise DeciderGone from None
        finally:
            del self._asked[number]

    async def listen(self) -> None:
        """Hand its answers to those who wait, until it is gone."""
        reader, writer = await asyncio.open_connection(sock=self._line, limit=BUFFER_BYTES)
        decoder: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)
        try:
            while (packed := await unframed(reader)) is not None:
                said = decoder.decode(packed)
                if isinstance(said, Ready):
                    self._writer = writer
                    log.info("decider.ready")
                elif isinstance(said, Answered):
                    self._hand(said)
                else:
                    self._publish(said.topic, said.payload, said.retain)
        finally:
            self._writer = None
            writer.close()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(DeciderGone())

    def _hang_up(self) -> None:
        """Ask it nothing any more; whoever listens to it ends it."""
        if self._writer is not None:
            log.warning("decider.silent", waiting=self.waiting)
            self._writer.close()
            self._writer = None

    def _hand(self, said: Answered) -> None:
        # Whoever asked may have hung up.
        answer = self._asked.get(said.number)
        if answer is not None and not answer.done():
            answer.set_result(said)


class Deciders:
    """The deciding processes: begun one by one when applications wait, at most `most` of them.

    Where nobody asks for permits in a hurry there is none, and none costs its memory.
    """

    def __init__(
        self,
        place: Place,
        publish: Publish,
        most: int,
        answers_within_s: float = ANSWERS_WITHIN_S,
    ) -> None:
        self._place = place
        self._answers_within_s = answers_within_s
        self._publish = publish
        self._most = most
        self._all: list[Decider] = []
        self._keeping: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> int:
        """Return how many can be asked."""
        return sum(each.ready for each in self._all)

    def free(self) -> Decider | None:
        """Return the one that has least to do, if any can be asked."""
        ready = [each for each in self._all if each.ready]
        return min(ready, key=lambda each: each.waiting, default=None)

    def needed(self, waiting: int) -> None:
        """Begin one more where more wait than there are processes, this one among them."""
        if waiting > len(self._all) + 1 and len(self._all) < self._most:
            ours, theirs = socket.socketpair()
            decider = Decider(ours, self._publish, self._answers_within_s)
            self._all.append(decider)
            task = asyncio.create_task(self._kept(decider, theirs))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    async def _kept(self, decider: Decider, theirs: socket.socket) -> None:
        """Begin a process, listen to it until it ends, and leave its place to another."""
        process: subprocess.Popen[bytes] | None = None
        try:
            process = await asyncio.to_thread(_begun, theirs, self._place)
            log.info("decider.begun", process=process.pid)
            await decider.listen()
            log.warning("decider.ended", process=process.pid)
        except OSError as error:
            log.warning("decider.not-begun", error=str(error))
        finally:
            # Also where the event loop ends: the server has answered whoever waited.
            if process is not None:
                process.kill()
                process.wait(LEAVES_WITHIN_S)
        await asyncio.sleep(AGAIN_AFTER_S)
        self._all.remove(decider)


def _begun(theirs: socket.socket, place: Place) -> subprocess.Popen[bytes]:
    """Begin a process at the other end of a line; Ctrl-C is not for it, which is hung up on."""
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - Octroi itself
            [sys.executable, "-m", "octroi.deciding", str(theirs.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            process_group=0,
        )
    # Not as an argument, which everybody on the machine could read.
    if process.stdin is not None:
        with process.stdin as told:
            told.write(pickle.dumps(place))
    return process
