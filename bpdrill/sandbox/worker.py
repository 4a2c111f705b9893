"""The parent's side: a child is started when it is first needed, and killed when it does not end.

It is a fresh interpreter, never a fork: a fork while another thread imports can hang for ever.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any, Self

from bpdrill.sandbox.child import LENGTH

SECONDS = 2.0
"""For one request."""
SECONDS_TO_START = 30.0
"""For the imports, on a slow and busy machine."""
LONGEST = 1_000_000
"""Bytes of a reply."""
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Threads of numpy's own would take memory each, and time to start."""

_START = "import sys; sys.path[:] = sys.argv[2:]; from bpdrill.sandbox.child import main; main()"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the child answered: plain data."""

    value: Any


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no answer, as the end of a sentence: ``it did not end in 2 s``."""

    because: str
    at_start: bool = False
    """The child never came to the request: that says nothing about the request."""


class Worker:
    """Has the ``REQUESTS`` of one module run in a child, with a limit of time and memory.

    ``module`` is named in code, never by a learner. The child ends with the worker or with this process.
    One that gives ``single`` answers is replaced after each: the next one is started while nobody waits.
    """

    def __init__(self, module: str, *, single: bool = False) -> None:
        self._module = module
        self._single = single
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the child, if there is none, and do not wait for it."""
        if self._child is None:
            with suppress(OSError):
                self._child = _Child(self._module)

    def ask(self, name: str, *arguments: Any, seconds: float = SECONDS) -> Reply | NoReply:
        """What the request ``name`` makes of ``arguments``, which are plain data or records of ours."""
        self.warm()
        if self._child is None:
            return NoReply("no process could be started", at_start=True)
        told = self._child.ask(name, arguments, seconds)
        if self._single or not self._child.is_usable:
            self.close()
            self.warm()
        return told

    def close(self) -> None:
        """Kill the child, whatever it is doing; the next request starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None


class _Child:
    """One process, and a thread that reads what it says: no other way to wait with a limit is everywhere."""

    def __init__(self, module: str) -> None:
        self.is_usable = True
        self._is_ready = False
        self._process = _started(module)
        self._replies: SimpleQueue[bytes] = SimpleQueue()
        assert self._process.stdout is not None  # noqa: S101  it was asked for
        self._reader = Thread(target=_read, args=(self._process.stdout, self._replies), daemon=True)
        self._reader.start()
        self.kill = weakref.finalize(self, _end, self._process, self._reader)

    def ask(self, name: str, arguments: tuple[Any, ...], seconds: float) -> Reply | NoReply:
        if not self._is_ready:
            ready = self._receive(SECONDS_TO_START)
            if isinstance(ready, NoReply):
                return NoReply(ready.because, at_start=True)
            self._is_ready = True
        self._send(pickle.dumps((name, arguments, seconds)))
        return self._receive(seconds)

    def _send(self, request: bytes) -> None:
        """A child that is gone shows when its reply is waited for."""
        assert self._process.stdin is not None  # noqa: S101  it was asked for
        with suppress(OSError):
            self._process.stdin.write(LENGTH.pack(len(request)) + request)
            self._process.stdin.flush()

    def _receive(self, seconds: float) -> Reply | NoReply:
        try:
            line = self._replies.get(timeout=seconds)
        except Empty:
            return self._lost(f"it did not end in {seconds:g} s")
        told = _decoded(line)
        if told is None:
            return self._lost("its process ended" if not line else "its answer cannot be read")
        return NoReply(str(told["error"])) if "error" in told else Reply(told.get("value"))

    def _lost(self, because: str) -> NoReply:
        self.is_usable = False
        return NoReply(because)


def _started(module: str) -> subprocess.Popen[bytes]:
    """A child that has no terminal, and looks for modules where this process does."""
    return subprocess.Popen(  # noqa: S603  all words are ours
        [sys.executable, "-I", "-c", _START, module, *map(os.path.abspath, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        env={**os.environ, **ONE_THREAD},
    )


def _read(source: IO[bytes], replies: SimpleQueue[bytes]) -> None:
    """Hand on line by line; an empty one at the end."""
    line = b"\n"
    while line:
        line = source.readline(LONGEST)
        replies.put(line)


def _decoded(line: bytes) -> Mapping[str, Any] | None:
    """The object that a line of JSON holds, if it holds one."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _end(process: subprocess.Popen[bytes], reader: Thread) -> None:
    """Kill it, and leave neither a zombie nor an open pipe."""
    process.kill()
    process.wait()
    reader.join()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()
