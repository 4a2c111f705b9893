"""What runs in the child: it answers requests of one module until its parent is gone.

A request is the pickle of a name, arguments and a limit; the parent is trusted. A reply is a line of JSON,
so that whatever goes wrong in here, the parent builds nothing from it but plain data.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from bpdrill.sandbox.limits import ROOM, limit_memory, limit_time

LENGTH = struct.Struct(">I")
"""How long a request is, ahead of it."""

Requests = Mapping[str, Callable[..., Any]]
"""All that may be asked for, by name; each answers with plain data."""


def main() -> None:
    """Serve the ``REQUESTS`` of the module that the command line names, within its ``ROOM`` if it has one."""
    requests, replies = _channel()
    inbox: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(requests, inbox), daemon=True).start()
    module = import_module(sys.argv[1])
    table: Requests = module.REQUESTS
    limit_memory(getattr(module, "ROOM", ROOM))
    _write(replies, {"ready": True})
    while True:
        _write(replies, _answered(table, inbox.get()))


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes, moved out of the way: what prints or reads in here shall not meet them."""
    requests, replies = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "rb"), (1, "wb")))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    return requests, replies


def _receive(requests: IO[bytes], inbox: SimpleQueue[bytes]) -> None:
    """Keep an ear on the parent, whatever is being computed; without it, end at once."""
    while length := requests.read(LENGTH.size):
        inbox.put(requests.read(*LENGTH.unpack(length)))
    os._exit(0)


def _answered(table: Requests, request: bytes) -> dict[str, Any]:
    try:
        name, arguments, seconds = pickle.loads(request)  # noqa: S301  our own parent wrote it
        limit_time(seconds)
        value = table[name](*arguments)
        json.dumps(value)
    except MemoryError:
        return {"error": "it needs more memory than it may have"}
    except Exception as error:  # noqa: BLE001  one request may not take the next ones with it
        return {"error": f"it broke ({type(error).__name__})"}
    return {"value": value}


def _write(replies: IO[bytes], reply: Mapping[str, Any]) -> None:
    replies.write(json.dumps(reply).encode("ascii") + b"\n")
    replies.flush()
